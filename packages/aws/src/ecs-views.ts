import type {
  Deployment,
  Service,
  ServiceDeployment,
  ServiceRevision,
  Task,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { DeploymentConfiguration } from './deployment-configuration.js';
import type {
  CapacityProvider,
  ServiceDeploymentState,
  ServiceRevisionState,
  ServiceState,
  TaskDefinitionContainer,
  TaskDefinitionRevision,
  TaskState,
} from './ecs-types.js';

/** Leaves absent what AWS left absent: an undefined member is not a member. */
function present<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

/** Copies what AWS gave, whatever it is: members that we do not know have to survive being sent back. */
function configurationOf(given: object | undefined): DeploymentConfiguration {
  return present<DeploymentConfiguration>({ ...given });
}

/** readTaskDefinition reads what ECS says of a revision. */
export function readTaskDefinition(definition: TaskDefinition | undefined): TaskDefinitionRevision {
  return present<TaskDefinitionRevision>({
    arn: definition?.taskDefinitionArn ?? '',
    family: definition?.family ?? '',
    revision: definition?.revision ?? 0,
    status: definition?.status ?? 'UNKNOWN',
    registeredAt: definition?.registeredAt,
    containers: (definition?.containerDefinitions ?? []).map((container) =>
      present<TaskDefinitionContainer>({
        name: container.name ?? '',
        image: container.image ?? '',
        essential: container.essential ?? true,
        logs: logsOf(container.logConfiguration),
      }),
    ),
  });
}

function logsOf(
  configuration:
    { readonly logDriver?: string | undefined; readonly options?: Record<string, string> | undefined } | undefined,
): TaskDefinitionContainer['logs'] {
  const group = configuration?.options?.['awslogs-group'];
  if (configuration?.logDriver !== 'awslogs' || group === undefined) return undefined;
  return present<NonNullable<TaskDefinitionContainer['logs']>>({
    group,
    streamPrefix: configuration.options?.['awslogs-stream-prefix'],
    region: configuration.options?.['awslogs-region'],
  });
}

/** readService reads what ECS says of a service. */
export function readService(service: Service): ServiceState {
  const network = service.networkConfiguration?.awsvpcConfiguration;
  return present<ServiceState>({
    arn: service.serviceArn ?? '',
    clusterArn: service.clusterArn ?? '',
    name: service.serviceName ?? '',
    status: service.status ?? 'UNKNOWN',
    desiredCount: service.desiredCount ?? 0,
    runningCount: service.runningCount ?? 0,
    taskDefinitionArn: service.taskDefinition ?? '',
    controller: service.deploymentController?.type ?? 'ECS',
    strategy: service.deploymentConfiguration?.strategy ?? 'ROLLING',
    deploymentConfiguration: configurationOf(service.deploymentConfiguration),
    loadBalancers: (service.loadBalancers ?? []).map(readLoadBalancer),
    networkConfiguration: network && {
      subnets: network.subnets ?? [],
      securityGroups: network.securityGroups ?? [],
      ...(network.assignPublicIp === undefined ? {} : { assignPublicIp: network.assignPublicIp }),
    },
    launchType: service.launchType,
    capacityProviderStrategy: readCapacity(service.capacityProviderStrategy),
    currentDeploymentArn: service.currentServiceDeployment,
    currentRevisionArns: (service.currentServiceRevisions ?? []).flatMap(({ arn }) => arn ?? []),
    tags: Object.fromEntries((service.tags ?? []).map(({ key, value }) => [key ?? '', value ?? ''])),
    events: (service.events ?? []).map(({ createdAt, message }) => ({
      at: createdAt ?? new Date(0),
      message: message ?? '',
    })),
    deployments: (service.deployments ?? []).map(readRollout),
  });
}

function readCapacity(strategy: Service['capacityProviderStrategy']): readonly CapacityProvider[] | undefined {
  if (!strategy || strategy.length === 0) return undefined;
  return strategy.map(({ capacityProvider = '', weight, base }) =>
    present<CapacityProvider>({ capacityProvider, weight, base }),
  );
}

function readRollout(deployment: Deployment): ServiceState['deployments'][number] {
  return present<ServiceState['deployments'][number]>({
    status: deployment.status ?? 'UNKNOWN',
    rolloutState: deployment.rolloutState,
    taskDefinitionArn: deployment.taskDefinition,
  });
}

function readLoadBalancer(
  balancer: NonNullable<Service['loadBalancers']>[number],
): ServiceState['loadBalancers'][number] {
  return present<ServiceState['loadBalancers'][number]>({
    targetGroupArn: balancer.targetGroupArn ?? '',
    containerName: balancer.containerName ?? '',
    containerPort: balancer.containerPort ?? 0,
    alternateTargetGroupArn: balancer.advancedConfiguration?.alternateTargetGroupArn,
    productionListenerRule: balancer.advancedConfiguration?.productionListenerRule,
    testListenerRule: balancer.advancedConfiguration?.testListenerRule,
    roleArn: balancer.advancedConfiguration?.roleArn,
  });
}

/** readDeployment reads what ECS says of a service deployment. */
export function readDeployment(deployment: ServiceDeployment): ServiceDeploymentState {
  const target = deployment.targetServiceRevision;
  const breaker = deployment.deploymentCircuitBreaker;
  return present<ServiceDeploymentState>({
    arn: deployment.serviceDeploymentArn ?? '',
    status: deployment.status ?? 'UNKNOWN',
    statusReason: deployment.statusReason,
    lifecycleStage: deployment.lifecycleStage,
    targetRevisionArn: target?.arn,
    sourceRevisionArns: (deployment.sourceServiceRevisions ?? []).flatMap(({ arn }) => arn ?? []),
    createdAt: deployment.createdAt,
    startedAt: deployment.startedAt,
    finishedAt: deployment.finishedAt,
    deploymentConfiguration: configurationOf(deployment.deploymentConfiguration),
    hooks: (deployment.lifecycleHookDetails ?? []).map((hook) =>
      present<ServiceDeploymentState['hooks'][number]>({
        id: hook.hookId ?? '',
        targetType: hook.targetType ?? 'UNKNOWN',
        status: hook.status ?? 'UNKNOWN',
        expiresAt: hook.expiresAt,
        timeoutAction: hook.timeoutAction,
      }),
    ),
    productionWeight: target?.requestedProductionTrafficWeight,
    testWeight: target?.requestedTestTrafficWeight,
    requestedTaskCount: target?.requestedTaskCount,
    runningTaskCount: target?.runningTaskCount,
    pendingTaskCount: target?.pendingTaskCount,
    rollbackReason: deployment.rollback?.reason,
    triggeredAlarms: deployment.alarms?.triggeredAlarmNames ?? [],
    alarmsStatus: deployment.alarms?.status,
    circuitBreaker:
      breaker &&
      ({
        status: breaker.status ?? 'UNKNOWN',
        failureCount: breaker.failureCount ?? 0,
        threshold: breaker.threshold ?? 0,
      } satisfies ServiceDeploymentState['circuitBreaker']),
  });
}

/** readRevision reads what ECS says of a service revision. */
export function readRevision(revision: ServiceRevision): ServiceRevisionState {
  return present<ServiceRevisionState>({
    arn: revision.serviceRevisionArn ?? '',
    taskDefinitionArn: revision.taskDefinition,
    createdAt: revision.createdAt,
    images: (revision.containerImages ?? []).map((image) =>
      present<ServiceRevisionState['images'][number]>({
        container: image.containerName ?? '',
        image: image.image ?? '',
        digest: image.imageDigest,
      }),
    ),
  });
}

/** readTask reads what ECS says of a task. */
export function readTask(task: Task): TaskState {
  return present<TaskState>({
    arn: task.taskArn ?? '',
    taskDefinitionArn: task.taskDefinitionArn ?? '',
    lastStatus: task.lastStatus ?? 'UNKNOWN',
    healthStatus: task.healthStatus,
    startedBy: task.startedBy,
    createdAt: task.createdAt,
    stoppedAt: task.stoppedAt,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    containers: (task.containers ?? []).map((container) =>
      present<TaskState['containers'][number]>({
        name: container.name ?? '',
        image: container.image ?? '',
        imageDigest: container.imageDigest,
        lastStatus: container.lastStatus,
        exitCode: container.exitCode,
        reason: container.reason,
      }),
    ),
  });
}
