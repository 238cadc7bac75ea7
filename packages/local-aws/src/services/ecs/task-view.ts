import type { Attachment, Container, NetworkInterface, Task, TaskOverride } from '@aws-sdk/client-ecs';
import type { ContainerRecord, TaskRecord } from './model.js';
import { containersHealth } from './task-health.js';

/** taskView is a task as DescribeTasks tells it. */
export function taskView(task: TaskRecord): Task {
  const { registered, arn } = task.taskDefinition;
  const { cpu = registered.cpu, memory = registered.memory } = task.overrides;
  const attachment = attachmentOf(task);
  const { pullStartedAt, pullStoppedAt, startedAt, stoppingAt, stoppedAt, stopCode, stoppedReason } = task;
  const moments = { pullStartedAt, pullStoppedAt, startedAt, stoppingAt, stoppedAt, stopCode, stoppedReason };
  return {
    taskArn: task.arn,
    clusterArn: task.cluster.arn,
    taskDefinitionArn: arn,
    group: task.group,
    ...(task.startedBy === undefined ? {} : { startedBy: task.startedBy }),
    launchType: task.launchType as NonNullable<Task['launchType']>,
    ...(task.platformVersion === undefined ? {} : { platformVersion: task.platformVersion }),
    enableExecuteCommand: task.enableExecuteCommand,
    lastStatus: task.lastStatus,
    desiredStatus: task.desiredStatus,
    healthStatus: containersHealth(task),
    connectivity: 'CONNECTED',
    createdAt: task.createdAt,
    ...moments,
    ...(stoppedAt === undefined ? {} : { executionStoppedAt: stoppedAt }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    attachments: [attachment],
    containers: task.containers.map((container) => containerView(task, container, attachment.id)),
    overrides: overridesOf(task),
    tags: [],
  };
}

/** As on AWS, every container is named, also those of which nothing is overridden. */
function overridesOf({ containers, overrides }: TaskRecord): TaskOverride {
  const { containerOverrides = [] } = overrides;
  return {
    ...overrides,
    containerOverrides: containers.map(({ name }) => containerOverrides.find((one) => one.name === name) ?? { name }),
    inferenceAcceleratorOverrides: [],
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
    healthStatus: task.lastStatus === 'STOPPED' ? 'UNKNOWN' : container.health,
    networkBindings: [],
    networkInterfaces,
  };
}

function containerStatus(task: TaskRecord): string {
  if (task.lastStatus === 'STOPPED') return 'STOPPED';
  return task.handle ? 'RUNNING' : 'PENDING';
}
