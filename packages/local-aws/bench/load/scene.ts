import { createElbv2Service, type Elbv2Service } from '../../src/services/elbv2/index.js';
import type { Target } from '../../src/load-balancing.js';
import { createWorldTime } from '../../src/world-time.js';
import { startTarget, type TargetProcess } from './load.js';

/** Scene is a load balancer in this process, before a blue and a green target in processes of their own. */
export interface Scene {
  readonly elb: Elbv2Service;
  readonly blue: Colour;
  readonly green: Colour;
  /** Where the listener answers. */
  readonly url: string;
  /** Sets the weights of blue and green; the next request follows them. */
  weigh(blue: number, green: number): void;
  /** The requests that the listener has taken so far. */
  requests(): number;
  close(): Promise<void>;
}

/** A target group with one target. */
export interface Colour {
  readonly targetGroupArn: string;
  readonly target: Target;
  readonly process: TargetProcess;
}

/** A second of the world takes 100 ms: targets are healthy, and drained, soon. */
const MINUTE_MS = 6_000;
const DRAIN_SECONDS = 5;
const PORT = 18_080;
const context = { accountId: '123456789012', region: 'eu-central-1', accessKeyId: 'AKIABENCH', requestId: 'bench' };

/** openScene returns a scene in which both targets are healthy and blue has all the weight. */
export async function openScene(): Promise<Scene> {
  const elb = createElbv2Service({
    accountId: context.accountId,
    region: context.region,
    time: createWorldTime(MINUTE_MS),
    draining: true,
    instanceId: `bench-${process.pid}`,
    endpointForTasks: () => undefined,
  });
  const [blue, green] = [await colour(elb, 'blue'), await colour(elb, 'green')];
  const balancer = await call(elb, 'CreateLoadBalancer', { Name: 'bench' });
  const { LoadBalancerArn = '', DNSName = '' } = balancer.LoadBalancers?.[0] ?? {};
  const tuples = [blue, green].map(({ targetGroupArn }) => ({ TargetGroupArn: targetGroupArn }));
  const DefaultActions = [{ Type: 'forward', ForwardConfig: { TargetGroups: tuples } }];
  const listening = { LoadBalancerArn, Protocol: 'HTTP', Port: String(PORT), DefaultActions };
  const { ListenerArn = '', Port = 0 } = (await call(elb, 'CreateListener', listening)).Listeners?.[0] ?? {};
  const [rule] = (await call(elb, 'DescribeRules', { ListenerArn })).Rules ?? [];
  const weigh = (...weights: readonly [number, number]): void => {
    const groups = [blue, green].map(({ targetGroupArn }, index) => ({ targetGroupArn, weight: weights[index] ?? 0 }));
    elb.loadBalancing.setForwardWeights(rule?.RuleArn ?? '', groups);
  };
  weigh(100, 0);
  await healthy(elb, [blue, green]);
  return {
    elb,
    blue,
    green,
    url: `http://${DNSName}:${Port}/`,
    weigh,
    requests: () => requestsOf(elb),
    close: async () => {
      await elb.close();
      await Promise.all([blue, green].map((each) => each.process.stop()));
    },
  };
}

interface Answer {
  readonly LoadBalancers?: readonly { readonly LoadBalancerArn: string; readonly DNSName: string }[];
  readonly TargetGroups?: readonly { readonly TargetGroupArn: string }[];
  readonly Listeners?: readonly { readonly ListenerArn: string; readonly Port: number }[];
  readonly Rules?: readonly { readonly RuleArn: string }[];
}

async function call(elb: Elbv2Service, operation: string, input: Record<string, unknown>): Promise<Answer> {
  return (await elb.operations[operation]?.(input, context)) ?? {};
}

async function colour(elb: Elbv2Service, name: string): Promise<Colour> {
  const process = await startTarget(name);
  const target = { id: '127.0.0.1', port: process.port };
  const settings = { Name: name, Protocol: 'HTTP', Port: '80', TargetType: 'ip', HealthCheckIntervalSeconds: '10' };
  const [group] = (await call(elb, 'CreateTargetGroup', settings)).TargetGroups ?? [];
  const targetGroupArn = group?.TargetGroupArn ?? '';
  const delay = { Key: 'deregistration_delay.timeout_seconds', Value: String(DRAIN_SECONDS) };
  await call(elb, 'ModifyTargetGroupAttributes', { TargetGroupArn: targetGroupArn, Attributes: [delay] });
  elb.loadBalancing.registerTarget(targetGroupArn, target);
  return { targetGroupArn, target, process };
}

function healthy({ loadBalancing }: Elbv2Service, colours: readonly Colour[]): Promise<void> {
  const isDone = (): boolean =>
    colours.every(({ targetGroupArn }) =>
      loadBalancing.targetHealth(targetGroupArn).every(({ state }) => state === 'healthy'),
    );
  return new Promise((resolve) => {
    const look = (): void => void (isDone() && resolve());
    loadBalancing.onHealthChange(look);
    look();
  });
}

function requestsOf(elb: Elbv2Service): number {
  const state = elb.state() as {
    readonly loadBalancers: readonly {
      readonly listeners: readonly { readonly requests: { readonly total: number } }[];
    }[];
  };
  return state.loadBalancers[0]?.listeners[0]?.requests.total ?? 0;
}
