import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '@slipway/core';
import { childEnvironment, runProcess } from '@slipway/process';
import { createCompose } from './compose/client.js';
import { argumentsOf, flagsOf } from './constraints.js';
import type { ContainerEngine, ContainerSpec, ContainerState, ExecOptions, Health } from './engine.js';
import { memoryIn } from './deployability/memory.js';
import { COMMAND_TIMEOUT_MS, demand, docker, NO_TRUST } from './docker-client.js';
import { engineMissing, imageNotStarted, foreignNotPulled, pullFailed } from './errors.js';

/** A large image from this very machine's disk. */
const PULL_TIMEOUT_MS = 600_000;

/**
 * createDockerEngine reaches the engine through the docker client. `folder` is private to this run: the environment
 * of the container and an empty client configuration lie there, for the time that they are needed.
 */
export function createDockerEngine(folder: string): ContainerEngine {
  return {
    assertAvailable,
    cpus: async () => Number(await demand(['info', '--format', '{{.NCPU}}'])),
    platforms,
    pull: (reference, signal, platform) => pull(reference, folder, { signal, platform }),
    createNetwork: async (name, label) => void (await demand(['network', 'create', '--label', label, name])),
    createContainer: (spec) => createContainer(spec, folder),
    startContainer: async (id) => void (await demand(['start', id], imageNotStarted)),
    waitForExit: async (id, signal) => void (await runProcess({ file: 'docker', args: ['wait', id], signal })),
    state: async (id) => toState(await inspect(id, '{{json .State}}')),
    hostPort: async (id, port) => hostPortOf(await inspect(id, '{{json .NetworkSettings.Ports}}'), port),
    imageDigests,
    exec,
    followLog: async (id, onLine, signal) => {
      await docker(['logs', '--follow', id], { onLine, signal, timeoutMs: undefined });
    },
    followMemory,
    imageUser: (reference) => demand(['image', 'inspect', '--format', '{{.Config.User}}', reference]),
    pullForeign,
    logTail,
    stop: async (id, seconds, signal) => {
      await docker(['stop', '-t', String(seconds), id], { signal, timeoutMs: seconds * 1000 + COMMAND_TIMEOUT_MS });
    },
    removeContainers: (label) => removeFound(['ps', '--all'], ['rm', '--force', '--volumes'], label),
    removeNetworks: (label) => removeFound(['network', 'ls'], ['network', 'rm'], label),
    removeVolumes: (label) => removeFound(['volume', 'ls'], ['volume', 'rm', '--force'], label),
    removeBuilt: (label) => removeFound(['image', 'ls', '--all'], ['image', 'rm', '--force'], label),
    joinNetwork: async (id, network, aliases) => {
      const names = aliases.flatMap((alias) => ['--alias', alias]);
      await demand(['network', 'connect', ...names, network, id]);
    },
    compose: createCompose(folder),
    removeImage,
  };
}

async function assertAvailable(): Promise<void> {
  try {
    const { exitCode, stderr } = await docker(['version', '--format', '{{.Server.Version}}']);
    if (exitCode !== 0) throw engineMissing(stderr.trim());
  } catch (error) {
    throw engineMissing(messageOf(error), error);
  }
}

/** With the user's own configuration the client would ask its credential store for a registry that wants none. */
async function pull(
  reference: string,
  folder: string,
  { signal, platform }: { readonly signal: AbortSignal; readonly platform: string | undefined },
): Promise<void> {
  const config = path.join(folder, 'docker');
  await mkdir(config, { recursive: true, mode: 0o700 });
  // The configuration also says where the engine is, which an empty one no longer does.
  const host = await demand(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']);
  const env = childEnvironment({ DOCKER_CONFIG: config, DOCKER_HOST: host, ...NO_TRUST });
  const { exitCode, stderr } = await docker(['pull', '--quiet', ...platformFlag(platform), reference], {
    env,
    signal,
    timeoutMs: PULL_TIMEOUT_MS,
  });
  if (exitCode !== 0) throw pullFailed(stderr.trim());
}

function platformFlag(platform: string | undefined): readonly string[] {
  return platform === undefined ? [] : ['--platform', platform];
}

/** BuildKit finds out what the kernel runs, by itself or by emulation; without it only the engine's own is certain. */
async function platforms(): Promise<readonly string[]> {
  const own = await demand(['version', '--format', '{{.Server.Os}}/{{.Server.Arch}}']);
  const { exitCode, stdout } = await docker(['buildx', 'inspect', 'default']);
  const line = (exitCode === 0 ? /^Platforms:(.*)$/m.exec(stdout)?.[1] : undefined) ?? '';
  const others = line.split(',').map((one) => one.trim().replace(/\*$/, ''));
  return [own, ...others.filter((one) => one !== '' && one !== own)];
}

async function createContainer(spec: ContainerSpec, folder: string): Promise<string> {
  // Not on the command line, where every process of the machine could read it.
  const file = path.join(folder, `environment-${spec.name}`);
  const lines = Object.entries(spec.environment).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(file, lines.join(''), { mode: 0o600, flag: 'wx' });
  const publish = `127.0.0.1::${spec.port}`;
  return demand(
    [
      'create',
      ...['--pull', 'never', '--name', spec.name, '--label', spec.label, '--network', spec.network],
      ...platformFlag(spec.platform),
      ...(spec.furtherLabel === undefined ? [] : ['--label', spec.furtherLabel]),
      ...(spec.aliases ?? []).flatMap((alias) => ['--network-alias', alias]),
      ...['--publish', publish, '--env-file', file],
      ...flagsOf(spec.constraints),
      ...[spec.image, ...argumentsOf(spec.constraints)],
    ],
    imageNotStarted,
  );
}

async function inspect(id: string, format: string): Promise<unknown> {
  return JSON.parse(await demand(['container', 'inspect', '--format', format, id]));
}

function toState(value: unknown): ContainerState {
  const state = value as {
    readonly Running: boolean;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Health?: { readonly Status: string } | null;
  };
  return {
    running: state.Running,
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    health: HEALTHS.find((one) => one === state.Health?.Status) ?? 'none',
  };
}

/** Docker's words are ours. */
const HEALTHS: readonly Health[] = ['starting', 'healthy', 'unhealthy'];

async function exec(id: string, command: readonly string[], { timeoutMs, signal }: ExecOptions): Promise<number> {
  const { exitCode } = await docker(['exec', id, ...command], { timeoutMs, signal });
  return exitCode;
}

function hostPortOf(value: unknown, port: number): number | undefined {
  const ports = value as Readonly<Record<string, readonly { readonly HostPort: string }[] | null>>;
  const hostPort = ports[`${port}/tcp`]?.[0]?.HostPort;
  return hostPort === undefined ? undefined : Number(hostPort);
}

async function imageDigests(id: string, repository: string): Promise<readonly string[]> {
  const image = await demand(['container', 'inspect', '--format', '{{.Image}}', id]);
  const names = JSON.parse(await demand(['image', 'inspect', '--format', '{{json .RepoDigests}}', image])) as string[];
  return names.filter((name) => name.startsWith(`${repository}@`)).map((name) => name.slice(repository.length + 1));
}

async function pullForeign(reference: string, signal: AbortSignal): Promise<void> {
  const known = await docker(['image', 'inspect', '--format', '{{.Id}}', reference], { signal });
  if (known.exitCode === 0) return;
  const { exitCode, stderr } = await docker(['pull', '--quiet', reference], { signal, timeoutMs: PULL_TIMEOUT_MS });
  if (exitCode !== 0) throw foreignNotPulled(reference, stderr.trim());
}

async function followMemory(id: string, onSample: (mib: number) => void, signal: AbortSignal): Promise<void> {
  const onLine = (line: string): void => {
    const mib = memoryIn(line);
    if (mib !== undefined) onSample(mib);
  };
  await docker(['stats', '--format', '{{.MemUsage}}', id], { onLine, signal, timeoutMs: undefined });
}

async function logTail(id: string, lines: number): Promise<readonly string[]> {
  // By line as they come, because the two streams are one story.
  const seen: string[] = [];
  await docker(['logs', '--tail', String(lines), id], { onLine: (line) => seen.push(line) });
  return seen.slice(-lines);
}

/** An index has an image for each platform, all in the one repository that is this run's. */
async function removeImage(reference: string): Promise<void> {
  const repository = reference.split('@')[0] ?? '';
  const format = ['--digests', '--format', '{{.Repository}}@{{.Digest}}'];
  const found = (await demand(['image', 'ls', ...format, repository])).split('\n').filter((name) => name !== '');
  if (found.length > 0) await demand(['image', 'rm', ...new Set(found)]);
}

async function removeFound(list: readonly string[], remove: readonly string[], label: string): Promise<void> {
  const found = await demand([...list, '--quiet', '--filter', `label=${label}`]);
  // An image stands there once for each of its names.
  const ids = [...new Set(found.split('\n').filter((id) => id !== ''))];
  if (ids.length > 0) await demand([...remove, ...ids]);
}
