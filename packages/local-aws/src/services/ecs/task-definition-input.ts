import type { ContainerDefinition, RegisterTaskDefinitionRequest, TaskDefinition } from '@aws-sdk/client-ecs';
import { checkHealthCheck, checkLinuxParameters } from './container-definition-input.js';
import { checkLogConfiguration, checkLogOptions } from './log-configuration.js';
import { clientException, unsupported } from './errors.js';
import { refuseUnsupported } from './supported.js';

/** Members that would change how a task runs, which no engine of ours acts on. */
const UNSUPPORTED_OF_TASK = [
  'volumes',
  'placementConstraints',
  'pidMode',
  'ipcMode',
  'proxyConfiguration',
  'inferenceAccelerators',
  'enableFaultInjection',
];
const UNSUPPORTED_OF_CONTAINER = [
  'repositoryCredentials',
  'links',
  'restartPolicy',
  'environmentFiles',
  'mountPoints',
  'volumesFrom',
  'secrets',
  'dependsOn',
  'startTimeout',
  'hostname',
  'disableNetworking',
  'privileged',
  'dnsServers',
  'dnsSearchDomains',
  'extraHosts',
  'dockerSecurityOptions',
  'interactive',
  'pseudoTerminal',
  'systemControls',
  'resourceRequirements',
  'firelensConfiguration',
  'credentialSpecs',
];

/** checkRunnable refuses by name what our engines would ignore: a definition may be registered with it, and not run. */
export function checkRunnable(definition: TaskDefinition): void {
  refuseUnsupported(definition, UNSUPPORTED_OF_TASK);
  const { networkMode, runtimePlatform, containerDefinitions = [] } = definition;
  if (networkMode !== undefined && networkMode !== 'awsvpc') throw unsupported('networkMode', networkMode);
  const system = runtimePlatform?.operatingSystemFamily;
  if (system !== undefined && system !== 'LINUX') throw unsupported('runtimePlatform.operatingSystemFamily', system);
  for (const [index, container] of containerDefinitions.entries()) {
    const path = `containerDefinitions[${index}].`;
    refuseUnsupported(container, UNSUPPORTED_OF_CONTAINER, path);
    checkLinuxParameters(container, path);
    checkLogConfiguration(container, path);
    if (container.healthCheck?.command?.[0] === 'NONE') throw unsupported(`${path}healthCheck.command`, 'NONE');
  }
}

/** checkTaskDefinition refuses what AWS refuses, in its words. */
export function checkTaskDefinition(input: RegisterTaskDefinitionRequest): void {
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(input.family ?? '')) {
    throw clientException('Family contains invalid characters.');
  }
  if (input.memory !== undefined && !/^\d+(\.\d+)?\s*(GB)?$/i.test(input.memory)) {
    throw clientException(`Invalid 'memory' setting for task: ${input.memory}.`);
  }
  const containers = input.containerDefinitions ?? [];
  if (containers.length === 0) throw clientException('Container list cannot be empty.');
  for (const container of containers) checkContainer(input, container);
  const names = containers.map(({ name }) => name);
  if (new Set(names).size < names.length) throw clientException('Container names must be unique.');
  if (!containers.some(({ essential }) => essential ?? true)) {
    throw clientException('At least one container must be essential.');
  }
  checkFargate(input);
}

function checkContainer(task: RegisterTaskDefinitionRequest, container: ContainerDefinition): void {
  if (!container.name) throw clientException('Container.name should not be null or empty.');
  if (!container.image) throw clientException('Container.image should not be null or empty.');
  checkHealthCheck(container);
  checkLogOptions(container, task.requiresCompatibilities?.includes('FARGATE') ?? false);
  const limited = container.memory ?? container.memoryReservation ?? task.memory;
  if (limited === undefined) {
    throw clientException(
      `Invalid setting for container '${container.name}'. At least one of 'memory' or 'memoryReservation' must be specified.`,
    );
  }
}

function checkFargate(input: RegisterTaskDefinitionRequest): void {
  if (!input.requiresCompatibilities?.includes('FARGATE')) return;
  if (input.networkMode !== 'awsvpc') throw clientException('Fargate only supports network mode ‘awsvpc’.');
  for (const member of ['cpu', 'memory'] as const) {
    if (input[member] === undefined) {
      throw clientException(`Fargate requires that '${member}' be defined at the task level.`);
    }
  }
}
