import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import { ecsArn } from './arns.js';
import { createChanges } from './changes.js';
import { NAME_PATTERN } from './clusters.js';
import { mergeDeploymentConfiguration } from './deployment-configuration.js';
import { invalidParameter, unsupported } from './errors.js';
import { findCluster, findTaskDefinition } from './lookup.js';
import type { ClusterRecord, Ecs, ServiceRecord } from './model.js';
import { checkServiceConfiguration } from './service-configuration.js';
import { requireAlarms } from './service-deployments/alarm-watch.js';
import { startServiceDeployment } from './service-deployments/start.js';
import { refuseUnsupported, requireOneOf } from './supported.js';
import { setTags } from './tags.js';

/** Members of CreateService and UpdateService that no part of local-aws acts on. */
export const UNSUPPORTED_OF_SERVICE = [
  'serviceRegistries',
  'capacityProviderStrategy',
  'placementConstraints',
  'placementStrategy',
  'serviceConnectConfiguration',
  'volumeConfigurations',
  'vpcLatticeConfigurations',
  'gatewayConnectors',
  'monitoring',
];

/** createService makes a service and starts its first service deployment. */
export function createService(ecs: Ecs, input: CreateServiceRequest): ServiceRecord {
  const cluster = findCluster(ecs, input.cluster);
  checkNew(cluster, input);
  const service = serviceOf(ecs, cluster, input);
  setTags(ecs, service.arn, input.tags);
  cluster.services.set(service.name, service);
  startServiceDeployment(ecs, service);
  return service;
}

function checkNew(cluster: ClusterRecord, input: CreateServiceRequest): void {
  refuseUnsupported(input, [...UNSUPPORTED_OF_SERVICE, 'role', 'clientToken']);
  checkShared(input);
  if (input.schedulingStrategy !== undefined && input.schedulingStrategy !== 'REPLICA') {
    throw unsupported('schedulingStrategy', input.schedulingStrategy);
  }
  if (input.launchType !== undefined && !['FARGATE', 'EC2'].includes(input.launchType)) {
    throw unsupported('launchType', input.launchType);
  }
  if (!NAME_PATTERN.test(input.serviceName ?? '')) throw invalidParameter('Invalid service name.');
  if (input.taskDefinition === undefined) throw invalidParameter('TaskDefinition can not be blank.');
  checkDesiredCount(input.desiredCount);
  const existing = cluster.services.get(input.serviceName ?? '');
  if (existing?.status === 'ACTIVE') throw invalidParameter('Creation of service was not idempotent.');
  if (existing?.status === 'DRAINING') throw invalidParameter('Unable to Start a service that is still Draining.');
}

/** SharedMembers are members that CreateService and UpdateService have in common. */
type SharedMembers = Pick<
  CreateServiceRequest,
  'deploymentController' | 'propagateTags' | 'availabilityZoneRebalancing'
>;

/** checkShared refuses controllers other than ECS, and values that no part of local-aws acts on. */
export function checkShared(input: SharedMembers): void {
  const { availabilityZoneRebalancing: rebalancing, deploymentController: controller } = input;
  if (controller && controller.type !== 'ECS') throw unsupported('deploymentController.type', controller.type);
  if (rebalancing === 'ENABLED') throw unsupported('availabilityZoneRebalancing', rebalancing);
  requireOneOf('availabilityZoneRebalancing', rebalancing, ['DISABLED']);
  requireOneOf('propagateTags', input.propagateTags, ['SERVICE', 'TASK_DEFINITION', 'NONE']);
}

/** AWS's quota of tasks per service. */
const MOST_TASKS = 5_000;

/** checkDesiredCount refuses counts that are not whole, negative, or more than a service may have. */
export function checkDesiredCount(count: number | undefined): void {
  if (count === undefined || (Number.isInteger(count) && count >= 0 && count <= MOST_TASKS)) return;
  throw invalidParameter(`desiredCount must be a whole number from 0 to ${MOST_TASKS}.`);
}

function serviceOf(ecs: Ecs, cluster: ClusterRecord, input: CreateServiceRequest): ServiceRecord {
  const deploymentConfiguration = mergeDeploymentConfiguration(undefined, input.deploymentConfiguration);
  requireAlarms(ecs, input.deploymentConfiguration);
  const configuration = {
    taskDefinition: findTaskDefinition(ecs, input.taskDefinition ?? ''),
    loadBalancers: input.loadBalancers ?? [],
    networkConfiguration: input.networkConfiguration,
    platformVersion: input.platformVersion,
  };
  checkServiceConfiguration(ecs, configuration, deploymentConfiguration.strategy ?? 'ROLLING');
  const name = input.serviceName ?? '';
  return {
    name,
    arn: ecsArn(ecs.world, `service/${cluster.name}/${name}`),
    cluster,
    createdAt: ecs.world.time.now(),
    launchType: input.launchType ?? 'EC2',
    status: 'ACTIVE',
    desiredCount: input.desiredCount ?? 0,
    configuration,
    deploymentConfiguration,
    healthCheckGracePeriodSeconds: input.healthCheckGracePeriodSeconds ?? 0,
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    propagateTags: input.propagateTags ?? 'NONE',
    enableEcsManagedTags: input.enableECSManagedTags ?? false,
    events: [],
    revisions: [],
    fleets: [],
    deployments: [],
    lastCompleted: undefined,
    changes: createChanges(),
  };
}
