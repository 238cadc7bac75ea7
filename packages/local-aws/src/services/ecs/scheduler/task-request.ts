import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { ContainerRequest, TaskRequest } from '../../../tasks/task-engine.js';
import type { TaskDefinitionRecord } from '../model.js';

/** ECS grants 30 seconds from SIGTERM to SIGKILL when a container definition does not say. */
const DEFAULT_STOP_TIMEOUT_SECONDS = 30;

/** taskRequestOf turns a task definition into what an engine runs. */
export function taskRequestOf(taskArn: string, taskDefinition: TaskDefinitionRecord): TaskRequest {
  const memory = megabytesOf(taskDefinition.registered.memory);
  return {
    taskArn,
    family: taskDefinition.family,
    ...(memory === undefined ? {} : { memoryMegabytes: memory }),
    containers: taskDefinition.containers.map(containerRequestOf),
  };
}

/** The memory of a task is a text: `512`, or `1 GB`. */
function megabytesOf(memory: string | undefined): number | undefined {
  const [, figure, gigabytes] = /^(\d+(?:\.\d+)?)\s*(GB)?$/i.exec(memory ?? '') ?? [];
  return figure === undefined ? undefined : Math.round(Number(figure) * (gigabytes === undefined ? 1 : 1024));
}

function containerRequestOf(container: ContainerDefinition): ContainerRequest {
  return {
    name: container.name ?? '',
    image: container.image ?? '',
    essential: container.essential ?? true,
    environment: Object.fromEntries((container.environment ?? []).map(({ name, value }) => [name ?? '', value ?? ''])),
    ports: (container.portMappings ?? []).flatMap(({ containerPort }) => containerPort ?? []),
    stopTimeoutSeconds: container.stopTimeout ?? DEFAULT_STOP_TIMEOUT_SECONDS,
    ...given('entryPoint', container.entryPoint),
    ...given('command', container.command),
    ...given('user', container.user),
    ...given('workingDirectory', container.workingDirectory),
    ...given('memoryMegabytes', container.memory),
    ...given('memoryReservationMegabytes', container.memoryReservation),
    ...given('cpuShares', container.cpu),
    ...given('readonlyRootFilesystem', container.readonlyRootFilesystem),
    ...given('labels', container.dockerLabels),
  };
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { [key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { [key in Name]: Value });
}
