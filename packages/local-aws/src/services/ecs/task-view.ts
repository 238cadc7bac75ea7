import type { Attachment, Container, NetworkInterface, Task } from '@aws-sdk/client-ecs';
import type { ContainerRecord, TaskRecord } from './model.js';

/** taskView is a task as DescribeTasks tells it. */
export function taskView(task: TaskRecord): Task {
  const { registered, arn } = task.fleet.revision.configuration.taskDefinition;
  const attachment = attachmentOf(task);
  const { pullStartedAt, pullStoppedAt, startedAt, stoppingAt, stoppedAt, stopCode, stoppedReason } = task;
  const moments = { pullStartedAt, pullStoppedAt, startedAt, stoppingAt, stoppedAt, stopCode, stoppedReason };
  return {
    taskArn: task.arn,
    clusterArn: task.cluster.arn,
    taskDefinitionArn: arn,
    group: `service:${task.service.name}`,
    startedBy: task.fleet.id,
    launchType: task.service.launchType as NonNullable<Task['launchType']>,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: 'UNKNOWN',
    connectivity: 'CONNECTED',
    createdAt: task.createdAt,
    ...moments,
    ...(stoppedAt === undefined ? {} : { executionStoppedAt: stoppedAt }),
    ...(registered.cpu === undefined ? {} : { cpu: registered.cpu }),
    ...(registered.memory === undefined ? {} : { memory: registered.memory }),
    attachments: [attachment],
    containers: task.containers.map((container) => containerView(task, container, attachment.id)),
    overrides: { containerOverrides: task.containers.map(({ name }) => ({ name })) },
    tags: [],
  };
}

function attachmentOf(task: TaskRecord): Attachment {
  const stopped = task.lastStatus === 'STOPPED';
  return {
    // One interface per task: its id may be the task's.
    id: task.id,
    type: 'ElasticNetworkInterface',
    status: stopped ? 'DELETED' : task.handle ? 'ATTACHED' : 'PRECREATED',
    details: task.handle ? [{ name: 'privateIPv4Address', value: task.handle.ip }] : [],
  };
}

function containerView(task: TaskRecord, container: ContainerRecord, attachmentId: string | undefined): Container {
  const { arn, name, image, imageDigest, runtimeId, exitCode, reason } = container;
  const told = { imageDigest, runtimeId, exitCode, reason };
  const networkInterfaces: NetworkInterface[] = task.handle
    ? [{ ...(attachmentId === undefined ? {} : { attachmentId }), privateIpv4Address: task.handle.ip }]
    : [];
  return {
    containerArn: arn,
    taskArn: task.arn,
    name,
    image,
    ...told,
    lastStatus: containerStatus(task),
    healthStatus: 'UNKNOWN',
    networkBindings: [],
    networkInterfaces,
  };
}

function containerStatus(task: TaskRecord): string {
  if (task.lastStatus === 'STOPPED') return 'STOPPED';
  return task.handle ? 'RUNNING' : 'PENDING';
}
