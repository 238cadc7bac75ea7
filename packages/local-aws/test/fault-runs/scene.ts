import { Agent } from 'node:http';
import { CreateClusterCommand, ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { createManualTime, startLocalAws, type LocalAws, type ManualTime, type Simulate } from '../../src/index.js';

/** A cluster, a load balancer with a pair of target groups, and task definitions of every character. */
export interface FaultScene {
  readonly localAws: LocalAws;
  readonly time: ManualTime;
  readonly ecs: ECSClient;
  readonly elbv2: ElasticLoadBalancingV2Client;
  readonly loadBalancer: string;
  readonly productionRule: string;
  readonly testRule: string;
  readonly targetGroups: readonly [string, string];
  /** `web:1` and on; each another character. */
  readonly taskDefinitions: readonly string[];
  close(): Promise<void>;
}

const CHARACTERS = ['good', 'good', 'slow', 'crashes', 'sickens', 'never-healthy', 'no-image', 'lingers'] as const;

const simulate: Simulate = (image) => {
  switch (image as (typeof CHARACTERS)[number]) {
    case 'good':
      return {};
    case 'slow':
      return { startsAfterSeconds: 40, healthyAfterSeconds: 60 };
    case 'crashes':
      return { exitAfterSeconds: 20, exitCode: 3 };
    case 'sickens':
      return { unhealthyAfterSeconds: 300 };
    case 'never-healthy':
      return { healthyAfterSeconds: Number.POSITIVE_INFINITY };
    case 'no-image':
      return { failsToStart: 'CannotPullContainerError: no such image' };
    case 'lingers':
      return { stopsAfterSeconds: 90 };
  }
};

/** openFaultScene starts one, with nothing wrong yet. */
export async function openFaultScene(): Promise<FaultScene> {
  const time = createManualTime();
  const localAws = await startLocalAws({ tasks: 'simulated', time, simulate, validateResponses: true });
  // A broken connection is not to be found out by the next call: each has its own.
  const requestHandler = { httpAgent: new Agent({ keepAlive: false }) };
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'not a secret' };
  const configuration = {
    endpoint: localAws.endpoint,
    region: 'eu-central-1',
    credentials,
    maxAttempts: 1,
    requestHandler,
  };
  const ecs = new ECSClient(configuration);
  const elbv2 = new ElasticLoadBalancingV2Client(configuration);
  await ecs.send(new CreateClusterCommand({ clusterName: 'staging' }));
  const balancer = await elbv2.send(new CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-a', 'subnet-b'] }));
  const loadBalancer = balancer.LoadBalancers?.[0]?.LoadBalancerArn ?? '';
  const targetGroups = [await createTargetGroup(elbv2, 'one'), await createTargetGroup(elbv2, 'two')] as const;
  const rule = (Port: number): Promise<string> =>
    createRule(elbv2, { LoadBalancerArn: loadBalancer, Port, targetGroups });
  const [productionRule, testRule] = [await rule(0), await rule(1)];
  const taskDefinitions: string[] = [];
  for (const image of CHARACTERS) taskDefinitions.push(await register(ecs, image));
  const close = async (): Promise<void> => {
    ecs.destroy();
    elbv2.destroy();
    await localAws.close();
  };
  return { localAws, time, ecs, elbv2, loadBalancer, productionRule, testRule, targetGroups, taskDefinitions, close };
}

async function createTargetGroup(elbv2: ElasticLoadBalancingV2Client, Name: string): Promise<string> {
  const created = await elbv2.send(
    new CreateTargetGroupCommand({ Name, Protocol: 'HTTP', Port: 8080, TargetType: 'ip', VpcId: 'vpc-1' }),
  );
  return created.TargetGroups?.[0]?.TargetGroupArn ?? '';
}

async function createRule(
  elbv2: ElasticLoadBalancingV2Client,
  on: { readonly LoadBalancerArn: string; readonly Port: number; readonly targetGroups: readonly [string, string] },
): Promise<string> {
  const [one, two] = on.targetGroups;
  const created = await elbv2.send(
    new CreateListenerCommand({
      LoadBalancerArn: on.LoadBalancerArn,
      Protocol: 'HTTP',
      // Privileged ports and taken ones are answered with another: here any will do.
      Port: 80 + on.Port,
      DefaultActions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: one, Weight: 100 },
              { TargetGroupArn: two, Weight: 0 },
            ],
          },
        },
      ],
    }),
  );
  const ListenerArn = created.Listeners?.[0]?.ListenerArn;
  return (await elbv2.send(new DescribeRulesCommand({ ListenerArn }))).Rules?.[0]?.RuleArn ?? '';
}

async function register(ecs: ECSClient, image: string): Promise<string> {
  const registered = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'app', image, portMappings: [{ containerPort: 8080 }] }],
    }),
  );
  return registered.taskDefinition?.taskDefinitionArn ?? '';
}
