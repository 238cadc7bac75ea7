import type { LoadBalancer as ServiceLoadBalancer, NetworkConfiguration } from '@aws-sdk/client-ecs';
import { invalidParameter } from './errors.js';
import type { Ecs, ServiceConfiguration, TaskDefinitionRecord } from './model.js';
import { refuseUnsupported } from './supported.js';

/** checkServiceConfiguration refuses what AWS refuses of a service's task definition, network and load balancers. */
export function checkServiceConfiguration(ecs: Ecs, configuration: ServiceConfiguration, strategy: string): void {
  const { taskDefinition, loadBalancers, networkConfiguration } = configuration;
  if (taskDefinition.registered.networkMode !== 'awsvpc') {
    throw invalidParameter(
      `local-aws runs services whose task definition has networkMode awsvpc; ${taskDefinition.arn} has not.`,
    );
  }
  checkNetwork(networkConfiguration);
  for (const loadBalancer of loadBalancers) checkLoadBalancer(ecs, { loadBalancer, taskDefinition, strategy });
}

/** checkNetwork refuses a network configuration that tasks in `awsvpc` mode cannot be given an address by. */
export function checkNetwork(network: NetworkConfiguration | undefined): void {
  if (!network?.awsvpcConfiguration) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  if ((network.awsvpcConfiguration.subnets ?? []).length === 0) throw invalidParameter('subnets can not be empty.');
}

interface LoadBalancerCheck {
  readonly loadBalancer: ServiceLoadBalancer;
  readonly taskDefinition: TaskDefinitionRecord;
  readonly strategy: string;
}

function checkLoadBalancer(ecs: Ecs, { loadBalancer, taskDefinition, strategy }: LoadBalancerCheck): void {
  refuseUnsupported(loadBalancer, ['loadBalancerName'], 'loadBalancers.');
  const { containerName, containerPort, targetGroupArn, advancedConfiguration: advanced } = loadBalancer;
  const container = taskDefinition.containers.find(({ name }) => name === containerName);
  if (!container)
    throw invalidParameter(`The container ${String(containerName)} does not exist in the task definition.`);
  if (!container.portMappings?.some((mapping) => mapping.containerPort === containerPort)) {
    throw invalidParameter(
      `The container ${container.name} did not have a container port ${String(containerPort)} defined.`,
    );
  }
  checkTargetGroup(ecs, targetGroupArn);
  if (strategy === 'ROLLING' && !advanced) return;
  if (!advanced?.alternateTargetGroupArn || !advanced.productionListenerRule || !advanced.roleArn) {
    throw invalidParameter(
      'advancedConfiguration with alternateTargetGroupArn, productionListenerRule and roleArn is required for the ' +
        `${strategy} deployment strategy.`,
    );
  }
  checkTargetGroup(ecs, advanced.alternateTargetGroupArn);
  if (advanced.alternateTargetGroupArn === targetGroupArn) {
    throw invalidParameter('alternateTargetGroupArn must differ from targetGroupArn.');
  }
  for (const rule of [advanced.productionListenerRule, advanced.testListenerRule]) {
    if (rule !== undefined && !ecs.loadBalancing.forwardWeights(rule)?.length) {
      throw invalidParameter(`The listener rule ${rule} does not exist or does not forward to a target group.`);
    }
  }
}

function checkTargetGroup(ecs: Ecs, arn: string | undefined): void {
  const group = arn === undefined ? undefined : ecs.loadBalancing.targetGroup(arn);
  if (!group) throw invalidParameter(`The specified target group does not exist: ${String(arn)}.`);
  if (!group.attached) {
    throw invalidParameter(
      `The target group with targetGroupArn ${String(arn)} does not have an associated load balancer.`,
    );
  }
}

/** startsDeployment tells whether two configurations differ in anything that takes a service deployment to change. */
export function startsDeployment(current: ServiceConfiguration, next: ServiceConfiguration): boolean {
  return (
    current.taskDefinition !== next.taskDefinition ||
    canonical(current.loadBalancers) !== canonical(next.loadBalancers) ||
    canonical(current.networkConfiguration) !== canonical(next.networkConfiguration) ||
    current.platformVersion !== next.platformVersion
  );
}

/** JSON with sorted names: the order in which a client wrote members says nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => (one < other ? -1 : 1)))
      : member,
  );
}
