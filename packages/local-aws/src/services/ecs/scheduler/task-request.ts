import type { ContainerDefinition, ContainerOverride } from '@aws-sdk/client-ecs';
import type { ContainerHealthCheck, ContainerRequest, TaskRequest } from '../../../tasks/task-engine.js';
import type { World } from '../../../world.js';
import { logDestinationOf } from '../log-configuration.js';
import type { TaskRecord } from '../model.js';
import { labelsOf } from '../task-labels.js';
import { metadataUriOf } from '../task-metadata.js';
import { megabytesOf } from '../task-size.js';

/** ECS grants 30 seconds from SIGTERM to SIGKILL when a container definition does not say. */
const DEFAULT_STOP_TIMEOUT_SECONDS = 30;

/** taskRequestOf turns a task definition, with what the task overrides of it, into what an engine runs. */
export function taskRequestOf(world: World, task: TaskRecord): TaskRequest {
  const { taskDefinition, overrides } = task;
  const memory = megabytesOf(overrides.memory ?? taskDefinition.registered.memory);
  return {
    taskArn: task.arn,
    family: taskDefinition.family,
    ...(memory === undefined ? {} : { memoryMegabytes: memory }),
    containers: task.containers.map((record, index) => {
      const container = taskDefinition.containers[index] ?? {};
      const override = overrides.containerOverrides?.find(({ name }) => name === record.name) ?? {};
      return {
        ...containerRequestOf(container, override),
        labels: { ...container.dockerLabels, ...labelsOf(task, record) },
        ...given('log', logDestinationOf(container, task.id)),
        ...given('metadataUri', metadataUriOf(world, record.metadataId)),
      };
    }),
  };
}

function containerRequestOf(container: ContainerDefinition, override: ContainerOverride): ContainerRequest {
  const environment = [...(container.environment ?? []), ...(override.environment ?? [])];
  return {
    name: container.name ?? '',
    image: container.image ?? '',
    essential: container.essential ?? true,
    environment: Object.fromEntries(environment.map(({ name, value }) => [name ?? '', value ?? ''])),
    ports: (container.portMappings ?? []).flatMap(({ containerPort }) => containerPort ?? []),
    stopTimeoutSeconds: container.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS,
    ...given('entryPoint', container.entryPoint),
    ...given('command', override.command ?? container.command),
    ...given('user', container.user),
    ...given('workingDirectory', container.workingDirectory),
    ...given('memoryMegabytes', override.memory ?? container.memory),
    ...given('memoryReservationMegabytes', override.memoryReservation ?? container.memoryReservation),
    ...given('cpuShares', override.cpu ?? container.cpu),
    ...given('readonlyRootFilesystem', container.readonlyRootFilesystem),
    ...given('healthCheck', healthCheckOf(container)),
    ...given('ulimits', container.ulimits?.map(ulimitOf)),
    ...given('initProcess', container.linuxParameters?.initProcessEnabled),
  };
}

/** AWS's defaults of a container's health check. */
function healthCheckOf({ healthCheck }: ContainerDefinition): ContainerHealthCheck | undefined {
  if (!healthCheck) return undefined;
  return {
    command: healthCheck.command ?? [],
    intervalSeconds: healthCheck.interval ?? 30,
    timeoutSeconds: healthCheck.timeout ?? 5,
    retries: healthCheck.retries ?? 3,
    startPeriodSeconds: healthCheck.startPeriod ?? 0,
  };
}

function ulimitOf({ name, softLimit, hardLimit }: NonNullable<ContainerDefinition['ulimits']>[number]) {
  return { name: name ?? '', soft: softLimit ?? 0, hard: hardLimit ?? 0 };
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]: Value });
}
