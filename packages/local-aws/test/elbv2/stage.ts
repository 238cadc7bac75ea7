import { Agent, createServer, request, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createResponseCheck } from '../../src/schemas/response-check.js';
import { createElbv2Service, type Elbv2Service } from '../../src/services/elbv2/index.js';
import type { CallContext } from '../../src/service.js';
import type { Target } from '../../src/load-balancing.js';
import type { Elbv2Options } from '../../src/services/elbv2/store.js';
import type { World } from '../../src/world.js';
import { createWorldTime } from '../../src/world-time.js';
import type { ListenerTally } from '../../src/dataplane/figures.js';

/** A second of the world takes 100 ms: a 5 s health check interval is half a second. */
const responses = createResponseCheck();
export const MINUTE_MS = 6_000;

export const context: CallContext = {
  accountId: '123456789012',
  region: 'eu-central-1',
  accessKeyId: 'AKIATEST',
  requestId: 'request-1',
};

/** Answers of the API, as far as tests look into them. */
export interface Answer {
  readonly LoadBalancers: readonly { LoadBalancerArn: string; DNSName: string }[];
  readonly TargetGroups: readonly { TargetGroupArn: string; LoadBalancerArns: string[] }[];
  readonly Listeners: readonly { ListenerArn: string; Port: number; DefaultActions: object[] }[];
  readonly Rules: readonly { RuleArn: string; IsDefault: boolean; Priority: string; Actions: object[] }[];
  readonly TargetHealthDescriptions: readonly {
    Target: { Id: string; Port: number };
    TargetHealth: { State: string; Reason?: string; Description?: string };
  }[];
  readonly Attributes: readonly { Key: string; Value: string }[];
  readonly TagDescriptions: readonly { Tags: readonly { Key: string; Value: string }[] }[];
}

/** What a test works with; `close` ends the service and every target. */
export interface Stage {
  readonly elb: Elbv2Service;
  call(operation: string, input?: object): Promise<Answer>;
  target(handler: RequestListener, address?: string): Promise<TestTarget>;
  close(): Promise<void>;
}

export interface TestTarget {
  readonly target: Target;
  readonly server: Server;
  readonly stop: () => Promise<void>;
}

export function createStage(world: Partial<World> = {}, options: Elbv2Options = {}): Stage {
  const elb = createElbv2Service(
    {
      accountId: context.accountId,
      region: context.region,
      time: createWorldTime(MINUTE_MS),
      draining: true,
      instanceId: `test-${process.pid}`,
      endpointForTasks: () => undefined,
      ...world,
    },
    undefined,
    options,
  );
  const targets: TestTarget[] = [];
  return {
    elb,
    call: async (operation, input = {}) => {
      const run = elb.operations[operation];
      if (!run) throw new Error(`no operation ${operation}`);
      const output = await run(input as Record<string, unknown>, context);
      await responses.output(elb, operation, output);
      return output as Answer;
    },
    target: async (handler, address = '127.0.0.1') => {
      const server = createServer(handler).listen(0, address);
      await once(server, 'listening');
      const target = { id: address, port: (server.address() as AddressInfo).port };
      const stop = async (): Promise<void> => {
        if (!server.listening) return;
        server.close();
        server.closeAllConnections();
        await once(server, 'close');
      };
      targets.push({ target, server, stop });
      return { target, server, stop };
    },
    close: async () => {
      await elb.close();
      await Promise.all(targets.map(({ stop }) => stop()));
    },
  };
}

let names = 0;

/** newGroup makes a target group with fast checks and returns its ARN. */
export async function newGroup(stage: Stage, settings: object = {}): Promise<string> {
  names += 1;
  const { TargetGroups } = await stage.call('CreateTargetGroup', {
    Name: `group-${names}`,
    Protocol: 'HTTP',
    Port: '8080',
    TargetType: 'ip',
    HealthCheckPath: '/health',
    HealthCheckIntervalSeconds: '5',
    HealthCheckTimeoutSeconds: '2',
    HealthyThresholdCount: '2',
    ...settings,
  });
  const arn = TargetGroups[0]?.TargetGroupArn ?? '';
  const delaySeconds = { Key: 'deregistration_delay.timeout_seconds', Value: '5' };
  await stage.call('ModifyTargetGroupAttributes', { TargetGroupArn: arn, Attributes: [delaySeconds] });
  return arn;
}

export async function newLoadBalancer(stage: Stage): Promise<{ arn: string; dnsName: string }> {
  names += 1;
  const { LoadBalancers } = await stage.call('CreateLoadBalancer', { Name: `balancer-${names}` });
  const [loadBalancer] = LoadBalancers;
  return { arn: loadBalancer?.LoadBalancerArn ?? '', dnsName: loadBalancer?.DNSName ?? '' };
}

export interface TestListener {
  readonly arn: string;
  readonly url: string;
  readonly defaultRuleArn: string;
}

/** newListener makes a listener whose default rule does that, on a load balancer of its own unless one is given. */
export async function newListener(
  stage: Stage,
  action: object,
  on?: { arn: string; dnsName: string; port?: string },
): Promise<TestListener> {
  const { arn, dnsName } = on ?? (await newLoadBalancer(stage));
  const input = { LoadBalancerArn: arn, Protocol: 'HTTP', Port: on?.port ?? '18080', DefaultActions: [action] };
  const [listener] = (await stage.call('CreateListener', input)).Listeners;
  const { Rules } = await stage.call('DescribeRules', { ListenerArn: listener?.ListenerArn });
  return {
    arn: listener?.ListenerArn ?? '',
    url: `http://${dnsName}:${listener?.Port}`,
    defaultRuleArn: Rules.at(-1)?.RuleArn ?? '',
  };
}

/** forward returns a forward action with weights, as the Query protocol brings it. */
export function forward(...weights: readonly [targetGroupArn: string, weight: number][]): object {
  const tuples = weights.map(([TargetGroupArn, weight]) => ({ TargetGroupArn, Weight: String(weight) }));
  return { Type: 'forward', ForwardConfig: { TargetGroups: tuples } };
}

/** register adds a target and waits until it is healthy. */
export async function register(stage: Stage, arn: string, { target }: TestTarget): Promise<void> {
  stage.elb.loadBalancing.registerTarget(arn, target);
  await until(() => healthOf(stage, arn, target)?.state === 'healthy');
}

export function healthOf(stage: Stage, arn: string, target: Target) {
  return stage.elb.loadBalancing.targetHealth(arn).find(({ id, port }) => id === target.id && port === target.port);
}

export function figuresOf(stage: Stage, listenerArn: string): ListenerTally {
  const state = stage.elb.state() as { loadBalancers: { listeners: { arn: string; requests: ListenerTally }[] }[] };
  const listener = state.loadBalancers.flatMap(({ listeners }) => listeners).find(({ arn }) => arn === listenerArn);
  if (!listener) throw new Error(`no figures of ${listenerArn}`);
  return listener.requests;
}

/** until resolves when the condition holds and fails after ten seconds. */
export async function until(condition: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadlineMs) throw new Error(`never: ${condition.toString()}`);
    await delay(5);
  }
}

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
}

export interface Sending {
  readonly agent?: Agent;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** send makes one request and never a second one. */
export function send(url: string, { body, ...options }: Sending = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          headers: response.headers,
        }),
      );
    });
    sent.on('error', reject).end(body);
  });
}

/** What came of a load: how often each body, and what failed. */
export interface LoadResult {
  readonly bodies: Map<string, number>;
  readonly failures: string[];
  readonly total: number;
}

/** load sends requests over so many keep-alive connections until `more` says no. */
export async function load(url: string, connections: number, more: (sent: number) => boolean): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const bodies = new Map<string, number>();
  const failures: string[] = [];
  let total = 0;
  const worker = async (): Promise<void> => {
    while (more(total)) {
      total += 1;
      try {
        const { status, body } = await send(`${url}/?n=${total}`, { agent });
        if (status === 200) bodies.set(body, (bodies.get(body) ?? 0) + 1);
        else failures.push(String(status));
      } catch (error) {
        failures.push(String(error));
      }
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  agent.destroy();
  return { bodies, failures, total };
}
