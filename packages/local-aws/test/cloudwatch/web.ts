import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
  type DeploymentConfiguration,
  type LoadBalancer,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { LocalAws } from '../../src/index.js';
import { clientConfiguration } from '../running.js';

/** The region of tests' clients: deployment alarms are looked for where the service is. */
export const REGION = 'eu-central-1';

/** Web is a load balancer with two target groups, and a cluster. */
export interface Web {
  readonly url: string;
  readonly groups: readonly string[];
  readonly loadBalancerArn: string;
  readonly loadBalancers: LoadBalancer[];
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly cloudWatch: CloudWatchClient;
}

export async function buildWeb(localAws: LocalAws): Promise<Web> {
  const options = clientConfiguration(localAws);
  const elb = new ElasticLoadBalancingV2Client(options);
  const ecs = new ECSClient(options);
  await ecs.send(new CreateClusterCommand({ clusterName: 'staging' }));
  const balancer = (await elb.send(new CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-1', 'subnet-2'] })))
    .LoadBalancers?.[0];
  const groups = [await group(elb, 'one'), await group(elb, 'two')];
  const TargetGroups = groups.map((TargetGroupArn, index) => ({ TargetGroupArn, Weight: index === 0 ? 100 : 0 }));
  const listener = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 80,
      DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
    }),
  );
  const [made] = listener.Listeners ?? [];
  const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: made?.ListenerArn }));
  const advancedConfiguration = {
    alternateTargetGroupArn: groups[1],
    productionListenerRule: Rules?.[0]?.RuleArn,
    roleArn: 'arn:aws:iam::123456789012:role/ecs-infrastructure',
  };
  return {
    url: `http://${balancer?.DNSName}:${made?.Port}`,
    groups,
    loadBalancerArn: balancer?.LoadBalancerArn ?? '',
    loadBalancers: [{ targetGroupArn: groups[0], containerName: 'app', containerPort: 8080, advancedConfiguration }],
    ecs,
    elb,
    cloudWatch: new CloudWatchClient(options),
  };
}

async function group(elb: ElasticLoadBalancingV2Client, Name: string): Promise<string> {
  const health = { HealthCheckPath: '/health', HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 2 };
  const made = await elb.send(
    new CreateTargetGroupCommand({ Name, Protocol: 'HTTP', Port: 8080, VpcId: 'vpc-1', TargetType: 'ip', ...health }),
  );
  const TargetGroupArn = made.TargetGroups?.[0]?.TargetGroupArn ?? '';
  const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '1' }];
  await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
  return TargetGroupArn;
}

/** register makes a revision of the family `web`, whose image is `web:<version>`. */
export async function register(ecs: ECSClient, version: string, container: object = {}): Promise<string> {
  const portMappings = [{ containerPort: 8080 }];
  const containerDefinitions = [{ name: 'app', image: `web:${version}`, memory: 64, portMappings, ...container }];
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({ family: 'web', networkMode: 'awsvpc', containerDefinitions }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

export interface ServiceWishes {
  readonly deploymentConfiguration?: DeploymentConfiguration;
  readonly loadBalancers?: LoadBalancer[];
  readonly container?: object;
}

/** createWebService makes a service of one task of version 1, and waits until it is there. */
export async function createWebService(ecs: ECSClient, wishes: ServiceWishes = {}): Promise<void> {
  const { container, ...rest } = wishes;
  const { service } = await ecs.send(
    new CreateServiceCommand({
      cluster: 'staging',
      serviceName: 'web',
      taskDefinition: await register(ecs, '1', container),
      desiredCount: 1,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      ...rest,
    }),
  );
  await untilEnded(ecs, service?.currentServiceDeployment ?? '');
}

/** deploy starts a service deployment of another version, and returns its ARN. */
export async function deploy(
  ecs: ECSClient,
  version: string,
  configuration?: DeploymentConfiguration,
): Promise<string> {
  const { service } = await ecs.send(
    new UpdateServiceCommand({
      cluster: 'staging',
      service: 'web',
      taskDefinition: await register(ecs, version),
      ...(configuration ? { deploymentConfiguration: configuration } : {}),
    }),
  );
  return service?.currentServiceDeployment ?? '';
}

export async function describeDeployment(ecs: ECSClient, arn: string): Promise<ServiceDeployment> {
  const { serviceDeployments } = await ecs.send(
    new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }),
  );
  return serviceDeployments?.[0] ?? {};
}

const ENDS = ['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED'];

/** untilEnded resolves with a service deployment that has ended. */
export async function untilEnded(ecs: ECSClient, arn: string): Promise<ServiceDeployment> {
  return until(
    () => describeDeployment(ecs, arn),
    ({ status }) => ENDS.includes(status ?? ''),
  );
}

/** until reads something again and again until it is as wanted, and fails after ten seconds. */
export async function until<Value>(
  read: () => Promise<Value> | Value,
  isRight: (value: Value) => boolean,
): Promise<Value> {
  const deadlineMs = performance.now() + 10_000;
  for (;;) {
    const value = await read();
    if (isRight(value)) return value;
    if (performance.now() > deadlineMs) throw new Error(`never as wanted: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
