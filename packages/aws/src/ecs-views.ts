import type { Service, ServiceDeployment, Task, TaskDefinition } from '@aws-sdk/client-ecs';
import type { ServiceDeploymentState, ServiceState, TaskDefinitionRevision, TaskState } from './ecs-types.js';

/** Leaves absent what AWS left absent: an undefined member is not a member. */
function present<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}

/** readTaskDefinition reads what ECS says of a revision. */
export function readTaskDefinition(definition: TaskDefinition | undefined): TaskDefinitionRevision {
  return {
    arn: definition?.taskDefinitionArn ?? '',
    family: definition?.family ?? '',
    revision: definition?.revision ?? 0,
    status: definition?.status ?? 'UNKNOWN',
    containers: (definition?.containerDefinitions ?? []).map(({ name, image }) => ({
      name: name ?? '',
      image: image ?? '',
    })),
  };
}

/** readService reads what ECS says of a service. */
export function readService(service: Service): ServiceState {
  return present<ServiceState>({
    arn: service.serviceArn ?? '',
    name: service.serviceName ?? '',
    status: service.status ?? 'UNKNOWN',
    desiredCount: service.desiredCount ?? 0,
    runningCount: service.runningCount ?? 0,
    taskDefinitionArn: service.taskDefinition ?? '',
    controller: service.deploymentController?.type ?? 'ECS',
    strategy: service.deploymentConfiguration?.strategy ?? 'ROLLING',
    loadBalancers: (service.loadBalancers ?? []).map((balancer) =>
      present<ServiceState['loadBalancers'][number]>({
        targetGroupArn: balancer.targetGroupArn ?? '',
        containerName: balancer.containerName ?? '',
        containerPort: balancer.containerPort ?? 0,
        alternateTargetGroupArn: balancer.advancedConfiguration?.alternateTargetGroupArn,
        productionListenerRule: balancer.advancedConfiguration?.productionListenerRule,
        testListenerRule: balancer.advancedConfiguration?.testListenerRule,
      }),
    ),
    currentDeploymentArn: service.currentServiceDeployment,
    events: (service.events ?? []).map(({ createdAt, message }) => ({
      at: createdAt ?? new Date(0),
      message: message ?? '',
    })),
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
    createdAt: deployment.createdAt,
    startedAt: deployment.startedAt,
    finishedAt: deployment.finishedAt,
    productionWeight: target?.requestedProductionTrafficWeight,
    testWeight: target?.requestedTestTrafficWeight,
    requestedTaskCount: target?.requestedTaskCount,
    runningTaskCount: target?.runningTaskCount,
    rollbackReason: deployment.rollback?.reason,
    triggeredAlarms: deployment.alarms?.triggeredAlarmNames ?? [],
    circuitBreaker:
      breaker &&
      ({
        status: breaker.status ?? 'UNKNOWN',
        failureCount: breaker.failureCount ?? 0,
        threshold: breaker.threshold ?? 0,
      } satisfies ServiceDeploymentState['circuitBreaker']),
  });
}

/** readTask reads what ECS says of a task. */
export function readTask(task: Task): TaskState {
  return present<TaskState>({
    arn: task.taskArn ?? '',
    taskDefinitionArn: task.taskDefinitionArn ?? '',
    lastStatus: task.lastStatus ?? 'UNKNOWN',
    startedBy: task.startedBy,
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason,
    containers: (task.containers ?? []).map((container) =>
      present<TaskState['containers'][number]>({
        name: container.name ?? '',
        image: container.image ?? '',
        imageDigest: container.imageDigest,
        exitCode: container.exitCode,
        reason: container.reason,
      }),
    ),
  });
}
