import type { Constraints, HealthCheck } from '../constraints.js';
import * as errors from '../errors.js';
import type { TaskContainer, TaskDefinition, TaskHealthCheck } from './definition.js';

/** What the machine can give, and the values that stand for the task's secrets. */
export interface ConstraintOptions {
  /** A container cannot be promised more processors than the engine has. */
  readonly engineCpus: number;
  readonly secrets: Readonly<Record<string, string>>;
}

/** What a task definition comes to on this machine. */
export interface TaskSetting {
  readonly constraints: Constraints;
  /** Of the task definition, with its secrets replaced. */
  readonly environment: Readonly<Record<string, string>>;
  /** The TCP ports that it maps, as they stand there. */
  readonly ports: readonly number[];
  /** Seconds from SIGTERM to SIGKILL. */
  readonly stopTimeoutSeconds: number;
  /** What holds on ECS and not here, one sentence each. */
  readonly notes: readonly string[];
}

/** What ECS grants where a task definition has no `stopTimeout`. */
const DEFAULT_STOP_SECONDS = 30;
/** 1024 units are one vCPU. */
const CPU_UNITS = 1024;
const MIB_OF_GB = 1024;

/**
 * settingOf turns a task definition into what a single container on this machine is held to.
 *
 * @throws SlipwayError TEST_SECRET_MISSING
 */
export function settingOf(
  { cpu, memory }: Pick<TaskDefinition, 'cpu' | 'memory'>,
  container: TaskContainer,
  { engineCpus, secrets }: ConstraintOptions,
): TaskSetting {
  const wantedCpus = cpusOf(cpu);
  const memoryMib = container.memory ?? mibOf(memory);
  const cpus = wantedCpus === undefined ? undefined : Math.min(wantedCpus, engineCpus);
  const mapped = (container.portMappings ?? []).filter((one) => (one.protocol ?? 'tcp') === 'tcp');
  return {
    environment: { ...plainEnvironment(container), ...testSecrets(container, secrets) },
    ports: mapped.flatMap(({ containerPort }) => (containerPort ? [containerPort] : [])),
    stopTimeoutSeconds: container.stopTimeout ?? DEFAULT_STOP_SECONDS,
    constraints: { ...limitsOf(container), ...processOf(container), ...present({ memoryMib, cpus }) },
    notes: notesOn(container, { wantedCpus, engineCpus }),
  };
}

function limitsOf({ ulimits, readonlyRootFilesystem, mountPoints, linuxParameters, systemControls }: TaskContainer) {
  const { sharedMemorySize, capabilities, tmpfs } = linuxParameters ?? {};
  return {
    readOnlyRoot: readonlyRootFilesystem ?? false,
    // An empty volume each: what stands in for Fargate's own storage, for EFS and for a host's folder.
    volumes: (mountPoints ?? []).map((one) => ({ path: one.containerPath, readOnly: one.readOnly ?? false })),
    tmpfs: (tmpfs ?? []).map(({ containerPath, size, mountOptions }) => ({
      path: containerPath,
      options: [`size=${size}m`, ...(mountOptions ?? [])],
    })),
    ulimits: (ulimits ?? []).map(({ name, softLimit, hardLimit }) => ({ name, soft: softLimit, hard: hardLimit })),
    capAdd: capabilities?.add ?? [],
    capDrop: capabilities?.drop ?? [],
    sysctls: (systemControls ?? []).map(({ namespace, value }) => `${namespace}=${value}`),
    ...present({ shmMib: sharedMemorySize ?? undefined }),
  };
}

function processOf(container: TaskContainer) {
  const { entryPoint, command, user, workingDirectory, healthCheck, linuxParameters, extraHosts } = container;
  return {
    init: linuxParameters?.initProcessEnabled ?? false,
    tty: container.pseudoTerminal ?? false,
    interactive: container.interactive ?? false,
    extraHosts: (extraHosts ?? []).map(({ hostname, ipAddress }) => `${hostname}:${ipAddress}`),
    ...present({
      entryPoint: entryPoint ?? undefined,
      command: command ?? undefined,
      user: user ?? undefined,
      workingDirectory: workingDirectory ?? undefined,
      // ECS looks at the task definition's check alone: one that the image brings says nothing there.
      healthCheck: healthCheck ? healthCheckOf(healthCheck) : ('none' as const),
    }),
  };
}

/** The defaults are ECS's. */
function healthCheckOf({ command, interval, timeout, retries, startPeriod }: TaskHealthCheck): HealthCheck {
  return {
    command,
    intervalSeconds: interval ?? 30,
    timeoutSeconds: timeout ?? 5,
    retries: retries ?? 3,
    startPeriodSeconds: startPeriod ?? 0,
  };
}

function plainEnvironment({ environment }: TaskContainer): Record<string, string> {
  return Object.fromEntries((environment ?? []).map(({ name, value }) => [name, value]));
}

function testSecrets(container: TaskContainer, given: Readonly<Record<string, string>>): Record<string, string> {
  const names = (container.secrets ?? []).map(({ name }) => name);
  const missing = names.filter((name) => !Object.hasOwn(given, name));
  if (missing.length > 0) throw errors.secretMissing(missing, container.name);
  return Object.fromEntries(names.map((name) => [name, given[name] ?? '']));
}

function notesOn(
  container: TaskContainer,
  { wantedCpus, engineCpus }: { readonly wantedCpus: number | undefined; readonly engineCpus: number },
): string[] {
  return [
    ...(wantedCpus !== undefined && wantedCpus > engineCpus
      ? [`The task has ${wantedCpus} vCPU; this machine has ${engineCpus}.`]
      : []),
    ...(container.privileged ? ['The task runs privileged, and the test does not.'] : []),
    ...((container.environmentFiles ?? []).length > 0
      ? ["The task's environment files lie in S3 and are not read; give their values by 'environment' or 'env-files'."]
      : []),
  ];
}

/** cpusOf reads ECS's processor amounts: `256`, `1 vCPU`. */
export function cpusOf(text: string | number | undefined): number | undefined {
  const found = /^\s*([\d.]+)\s*(vcpu)?\s*$/i.exec(String(text ?? ''));
  if (!found) return undefined;
  const value = Number(found[1]);
  return found[2] ? value : value / CPU_UNITS;
}

/** mibOf reads ECS's memory amounts: `512`, `0.5 GB`. */
export function mibOf(text: string | number | undefined): number | undefined {
  const found = /^\s*([\d.]+)\s*(gb)?\s*$/i.exec(String(text ?? ''));
  if (!found) return undefined;
  const value = Number(found[1]);
  return found[2] ? value * MIB_OF_GB : value;
}

/** Leaves out what is not set: an absent member is an absent flag. */
function present<T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
