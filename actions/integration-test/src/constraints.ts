/** HealthCheck is a program that says from inside a container whether it is healthy. Times are in seconds. */
export interface HealthCheck {
  /** `['CMD', program, …]` or `['CMD-SHELL', line]`. */
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
}

/** Constraints is what a container is held to beyond what its image says. What is absent is the image's or the engine's. */
export interface Constraints {
  readonly memoryMib?: number;
  /** Whole processors: 0.25 is a quarter of one. */
  readonly cpus?: number;
  readonly user?: string;
  readonly readOnlyRoot?: boolean;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly workingDirectory?: string;
  /** `none` switches off the image's own. */
  readonly healthCheck?: HealthCheck | 'none';
  readonly volumes?: readonly { readonly path: string; readonly readOnly: boolean }[];
  readonly tmpfs?: readonly { readonly path: string; readonly options: readonly string[] }[];
  readonly ulimits?: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  readonly capAdd?: readonly string[];
  readonly capDrop?: readonly string[];
  readonly sysctls?: readonly string[];
  /** `name:address`. */
  readonly extraHosts?: readonly string[];
  readonly shmMib?: number;
  readonly init?: boolean;
  readonly tty?: boolean;
  readonly interactive?: boolean;
}

/**
 * flagsOf returns constraints as arguments of `docker create`, before the image. A health check is none of them: the
 * client can set only those that need a shell in the image.
 */
export function flagsOf(constraints: Constraints): readonly string[] {
  const { memoryMib, cpus, user, workingDirectory, shmMib, entryPoint } = constraints;
  return [
    // Swap as large as memory is none: on Fargate there is none either.
    ...(memoryMib === undefined ? [] : ['--memory', `${memoryMib}m`, '--memory-swap', `${memoryMib}m`]),
    ...(cpus === undefined ? [] : ['--cpus', String(cpus)]),
    ...(user === undefined ? [] : ['--user', user]),
    ...(workingDirectory === undefined ? [] : ['--workdir', workingDirectory]),
    ...(shmMib === undefined ? [] : ['--shm-size', `${shmMib}m`]),
    ...(entryPoint === undefined ? [] : ['--entrypoint', entryPoint[0] ?? '']),
    ...(constraints.healthCheck === undefined ? [] : ['--no-healthcheck']),
    ...switches(constraints),
    ...lists(constraints),
  ];
}

/** argumentsOf returns what comes after the image: an entry point's further words, and the command. */
export function argumentsOf({ entryPoint, command }: Constraints): readonly string[] {
  return [...(entryPoint?.slice(1) ?? []), ...(command ?? [])];
}

function switches({ readOnlyRoot, init, tty, interactive }: Constraints): string[] {
  return [
    ...(readOnlyRoot ? ['--read-only'] : []),
    ...(init ? ['--init'] : []),
    ...(tty ? ['--tty'] : []),
    ...(interactive ? ['--interactive'] : []),
  ];
}

function lists(constraints: Constraints): string[] {
  const {
    volumes = [],
    tmpfs = [],
    ulimits = [],
    capAdd = [],
    capDrop = [],
    sysctls = [],
    extraHosts = [],
  } = constraints;
  return [
    ...volumes.flatMap(({ path, readOnly }) => [
      '--mount',
      `type=volume,destination=${path}${readOnly ? ',readonly' : ''}`,
    ]),
    ...tmpfs.flatMap(({ path, options }) => ['--tmpfs', `${path}:${options.join(',')}`]),
    ...ulimits.flatMap(({ name, soft, hard }) => ['--ulimit', `${name}=${soft}:${hard}`]),
    ...capAdd.flatMap((one) => ['--cap-add', one]),
    ...capDrop.flatMap((one) => ['--cap-drop', one]),
    ...sysctls.flatMap((one) => ['--sysctl', one]),
    ...extraHosts.flatMap((one) => ['--add-host', one]),
  ];
}
