import type { Deployment, Service, ServiceCurrentRevisionSummary } from '@aws-sdk/client-ecs';
import type { Ecs, Fleet, ServiceDeploymentRecord, ServiceRecord } from './model.js';
import { countsOf } from './service-deployments/counts.js';
import { isTerminal } from './service-deployments/record.js';
import { tagsOf } from './tags.js';

/** serviceView is a service as DescribeServices tells it. */
export function serviceView(ecs: Ecs, service: ServiceRecord, withTags: boolean): Service {
  const counts = service.fleets.map(countsOf);
  const current = service.deployments[0];
  const platformVersion = service.configuration.platformVersion;
  const network = service.configuration.networkConfiguration;
  return {
    serviceArn: service.arn,
    serviceName: service.name,
    clusterArn: service.cluster.arn,
    status: service.status,
    desiredCount: service.desiredCount,
    runningCount: counts.reduce((sum, { running }) => sum + running, 0),
    pendingCount: counts.reduce((sum, { pending }) => sum + pending, 0),
    launchType: service.launchType as NonNullable<Service['launchType']>,
    taskDefinition: service.configuration.taskDefinition.arn,
    loadBalancers: [...service.configuration.loadBalancers],
    serviceRegistries: [],
    ...(network === undefined ? {} : { networkConfiguration: network }),
    ...(platformVersion === undefined ? {} : { platformVersion }),
    deploymentConfiguration: service.deploymentConfiguration,
    deploymentController: { type: 'ECS' },
    deployments: service.status === 'INACTIVE' ? [] : deploymentViews(service),
    ...(current ? { currentServiceDeployment: current.arn } : {}),
    // The newest first, as `deployments` has them: AWS says nothing of their order, and nobody is to rely on the other.
    currentServiceRevisions: service.fleets.map(currentRevision).reverse(),
    events: service.events,
    createdAt: service.createdAt,
    healthCheckGracePeriodSeconds: service.healthCheckGracePeriodSeconds,
    schedulingStrategy: 'REPLICA',
    enableECSManagedTags: service.enableEcsManagedTags,
    enableExecuteCommand: service.enableExecuteCommand,
    propagateTags: service.propagateTags as NonNullable<Service['propagateTags']>,
    placementConstraints: [],
    placementStrategy: [],
    ...(withTags ? { tags: tagsOf(ecs, service.arn) } : {}),
  };
}

function currentRevision(fleet: Fleet): ServiceCurrentRevisionSummary {
  const { requested, running, pending } = countsOf(fleet);
  return {
    arn: fleet.revision.arn,
    requestedTaskCount: requested,
    runningTaskCount: running,
    pendingTaskCount: pending,
  };
}

/** The older view: the fleet that the service is to end with is PRIMARY, all others that are left are ACTIVE. */
function deploymentViews(service: ServiceRecord): Deployment[] {
  const primary = primaryFleet(service);
  return [...service.fleets]
    .sort((one, other) => Number(other === primary) - Number(one === primary))
    .map((fleet) => deploymentView(service, fleet, fleet === primary));
}

function primaryFleet(service: ServiceRecord): Fleet | undefined {
  const last = service.deployments[0];
  const goal = last?.rollback ? last.base : last?.revision;
  return service.fleets.find(({ revision }) => revision === goal) ?? service.fleets[0];
}

function deploymentView(service: ServiceRecord, fleet: Fleet, primary: boolean): Deployment {
  const { requested, running, pending } = countsOf(fleet);
  const network = fleet.revision.configuration.networkConfiguration;
  return {
    id: fleet.id,
    status: primary ? 'PRIMARY' : 'ACTIVE',
    taskDefinition: fleet.revision.configuration.taskDefinition.arn,
    desiredCount: requested,
    runningCount: running,
    pendingCount: pending,
    failedTasks: fleet.failedTasks,
    createdAt: fleet.createdAt,
    updatedAt: fleet.updatedAt,
    launchType: service.launchType as NonNullable<Deployment['launchType']>,
    ...(network === undefined ? {} : { networkConfiguration: network }),
    ...rollout(service, fleet),
  };
}

function rollout(service: ServiceRecord, fleet: Fleet): Pick<Deployment, 'rolloutState' | 'rolloutStateReason'> {
  const last = service.deployments[0];
  if (last?.rollback && last.base === fleet.revision && !isTerminal(last.status)) {
    return { rolloutState: 'IN_PROGRESS', rolloutStateReason: `ECS deployment ${fleet.id} in progress.` };
  }
  const own = service.deployments.find(({ revision }) => revision === fleet.revision);
  if (own && hasFailed(own)) {
    const reason = `ECS deployment ${fleet.id} failed.`;
    return { rolloutState: 'FAILED', rolloutStateReason: own.statusReason ?? reason };
  }
  return own === undefined || own.status === 'SUCCESSFUL'
    ? { rolloutState: 'COMPLETED', rolloutStateReason: `ECS deployment ${fleet.id} completed.` }
    : { rolloutState: 'IN_PROGRESS', rolloutStateReason: `ECS deployment ${fleet.id} in progress.` };
}

function hasFailed({ status }: ServiceDeploymentRecord): boolean {
  return status !== 'SUCCESSFUL' && status !== 'IN_PROGRESS' && status !== 'PENDING';
}
