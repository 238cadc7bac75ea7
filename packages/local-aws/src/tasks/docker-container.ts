import { childEnvironment } from '@slipway/process';
import type { DockerCli } from './docker-cli.js';
import type { ContainerRequest, RunningContainer } from './task-engine.js';

/** ContainerPlace is where a container runs, and under which names. */
export interface ContainerPlace {
  readonly name: string;
  /** The value of `--network`: a network, or `container:<id>` to join another's. */
  readonly network: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Variables that the task definition may overrule. */
  readonly defaults: Readonly<Record<string, string>>;
  /** A limit for a container that has none of its own. */
  readonly taskMemoryMegabytes: number | undefined;
}

/** RunCommand is a `docker run`: what is in its argv, and what it hands over in its environment. */
export interface RunCommand {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * runCommandOf turns a container definition into `docker run`. Values of variables travel in the environment of the
 * program, where `ps` does not show them, but for the few that the program would obey itself (PATH, DOCKER_HOST…).
 */
export function runCommandOf(container: ContainerRequest, place: ContainerPlace): RunCommand {
  const variables = Object.entries({ ...place.defaults, ...container.environment });
  const obeyed = new Set(Object.keys(childEnvironment()).concat('DOCKER_CONFIG', 'DOCKER_HOST', 'PATH', 'HOME'));
  const [entryPoint, ...entryPointArgs] = container.entryPoint ?? [];
  const memory = container.memoryMegabytes ?? place.taskMemoryMegabytes;
  const args = [
    ...['run', '--detach', '--name', place.name, '--network', place.network, '--pull', 'never'],
    ...Object.entries({ ...container.labels, ...place.labels }).flatMap(([key, value]) => [
      '--label',
      `${key}=${value}`,
    ]),
    ...variables.flatMap(([name, value]) => ['--env', obeyed.has(name) ? `${name}=${value}` : name]),
    ...option('--entrypoint', entryPoint),
    ...option('--user', container.user),
    ...option('--workdir', container.workingDirectory),
    ...option('--memory', memory && `${memory}m`),
    ...option(
      '--memory-reservation',
      container.memoryReservationMegabytes && `${container.memoryReservationMegabytes}m`,
    ),
    ...option('--cpu-shares', container.cpuShares || undefined),
    ...(container.readonlyRootFilesystem ? ['--read-only'] : []),
    ...(container.initProcess ? ['--init'] : []),
    ...(container.ulimits ?? []).flatMap(({ name, soft, hard }) => ['--ulimit', `${name}=${soft}:${hard}`]),
    ...[container.image, ...entryPointArgs, ...(container.command ?? [])],
  ];
  return { args, env: Object.fromEntries(variables.filter(([name]) => !obeyed.has(name))) };
}

function option(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [name, String(value)];
}

/** runningContainerOf asks the engine what it runs: never the reference that it was asked to run. */
export async function runningContainerOf(
  docker: DockerCli,
  container: ContainerRequest,
  id: string,
): Promise<RunningContainer> {
  const imageId = (await docker.run(['container', 'inspect', '--format', '{{.Image}}', id])).trim();
  const digests = await docker.run(['image', 'inspect', '--format', '{{json .RepoDigests}}', imageId]);
  const imageDigest = digestOf(container.image, (JSON.parse(digests) as string[] | null) ?? []);
  return { name: container.name, runtimeId: id, ...(imageDigest === undefined ? {} : { imageDigest }) };
}

/**
 * digestOf chooses among the engine's digests of one image: of the repository that was pulled from; and, when one
 * repository holds the image under several manifests, the one that was asked for.
 */
export function digestOf(reference: string, repoDigests: readonly string[]): string | undefined {
  const [name = reference, wanted] = reference.split('@');
  const repository = name.replace(/:[^:/]+$/, '');
  const digests = repoDigests
    .filter((repoDigest) => repoDigest.startsWith(`${repository}@`))
    .map((repoDigest) => repoDigest.slice(repository.length + 1));
  return digests.find((digest) => digest === wanted) ?? digests[0];
}

/** addressOf returns the container's IPv4 address in a network. */
export async function addressOf(docker: DockerCli, id: string, network: string): Promise<string> {
  const format = `{{with index .NetworkSettings.Networks ${JSON.stringify(network)}}}{{.IPAddress}}{{end}}`;
  return (await docker.run(['container', 'inspect', '--format', format, id])).trim();
}
