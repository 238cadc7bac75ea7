import { awsErrorName, type ServiceState, type TaskDefinitionRevision } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import type { Context, Ports } from './ports.js';

/** What is there before anything is changed. */
export interface Observation {
  readonly service: ServiceState;
  readonly wanted: TaskDefinitionRevision;
  /** The service's deployments, newest first. */
  readonly deployments: readonly { readonly arn: string; readonly status: string }[];
  /** The listener rule that carries production traffic, and its weights. */
  readonly weights: readonly { readonly targetGroupArn: string; readonly weight: number }[];
}

/** The deployments whose traffic ECS itself shifts between two target groups. */
const SHIFTING = ['BLUE_GREEN', 'CANARY', 'LINEAR'];

/** observe reads the service and the revision. @throws SlipwayError DEPLOY_* when they cannot be deployed */
export async function observe(context: Context, ports: Ports): Promise<Observation> {
  const { cluster, service: name, 'task-definition': reference } = context.inputs;
  const service = await findService(ports, cluster, name);
  assertDeployable(service);
  const wanted = await findRevision(ports, reference);
  assertHasContainer(service, wanted);
  const rule = service.loadBalancers[0]?.productionListenerRule;
  return {
    service,
    wanted,
    deployments: await ports.ecs.serviceDeployments(cluster, name),
    weights: rule ? await ports.elb.ruleWeights(rule) : [],
  };
}

async function findService(ports: Ports, cluster: string, name: string): Promise<ServiceState> {
  const service = await ports.ecs.service(cluster, name).catch((error: unknown) => {
    if (awsErrorName(error) !== 'ClusterNotFoundException') throw error;
    throw new SlipwayError({
      code: 'DEPLOY_CLUSTER_NOT_FOUND',
      message: `There is no ECS cluster '${cluster}' in this account and region.`,
      hint: "Check 'cluster' and 'aws-region', and which account the job's role belongs to.",
      cause: error,
    });
  });
  if (!service || service.status === 'INACTIVE') {
    throw new SlipwayError({
      code: 'DEPLOY_SERVICE_NOT_FOUND',
      message: `The cluster '${cluster}' has no ${service ? 'active ' : ''}service '${name}'.`,
      hint: "Check 'service' and 'cluster'. Slipway deploys to services that exist; it does not create them.",
    });
  }
  return service;
}

function assertDeployable(service: ServiceState): void {
  if (service.controller !== 'ECS' || !SHIFTING.includes(service.strategy)) {
    throw new SlipwayError({
      code: 'DEPLOY_STRATEGY_UNSUPPORTED',
      message: `The service '${service.name}' deploys by ${service.controller} ${service.strategy}.`,
      hint: `Set up its deployment controller as ECS and its strategy as one of ${SHIFTING.join(', ')}, with an alternate target group.`,
    });
  }
}

/** The load balancer sends its requests to a container by name: ECS would refuse a revision without it. */
function assertHasContainer(service: ServiceState, wanted: TaskDefinitionRevision): void {
  const names = wanted.containers.map(({ name }) => name);
  const missing = service.loadBalancers.find(({ containerName }) => !names.includes(containerName));
  if (!missing) return;
  throw new SlipwayError({
    code: 'DEPLOY_CONTAINER_NOT_FOUND',
    message: `The load balancer of '${service.name}' sends requests to the container '${missing.containerName}', and the task definition has: ${names.join(', ')}.`,
    hint: 'Give the container in the task definition that name. Nothing was changed.',
  });
}

async function findRevision(ports: Ports, reference: string): Promise<TaskDefinitionRevision> {
  const revision = await ports.ecs.taskDefinition(reference);
  if (revision?.status === 'ACTIVE') return revision;
  throw new SlipwayError({
    code: 'DEPLOY_TASK_DEFINITION_NOT_FOUND',
    message: revision
      ? `The task definition ${reference} is ${revision.status}.`
      : `There is no task definition ${reference} in this account and region.`,
    hint: "Pass register-task-def's output 'task-definition'.",
  });
}
