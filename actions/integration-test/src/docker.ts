import { mkdir, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { messageOf } from '@slipway/core';
import { childEnvironment, runProcess } from '@slipway/process';
import { createCompose } from './compose/client.js';
import { argumentsOf, flagsOf } from './constraints.js';
import type {
  ContainerEngine,
  ContainerSpec,
  ContainerState,
  ExecOptions,
  ExecResult,
  Health,
  HostPorts,
} from './engine.js';
import { problemIn } from './health.js';
import { memoryIn } from './deployability/memory.js';
import { COMMAND_TIMEOUT_MS, demand, docker, engineSaid, NO_TRUST } from './docker-client.js';
import { engineFailed, engineMissing, imageNotStarted, foreignNotPulled, pullFailed } from './errors.js';

/** A large image from this very machine's disk. */
const PULL_TIMEOUT_MS = 600_000;

/**
 * createDockerEngine reaches the engine through the docker client. `folder` is private to this run: the environment
 * of the container and an empty client configuration lie there, for the time that they are needed.
 */
export function createDockerEngine(folder: string): ContainerEngine {
  const endpoint = once(() => demand(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}']));
  return {
    assertAvailable: async () => {
      // Asked beside it, for the pull; whether it fails matters then.
      endpoint().catch(() => undefined);
      await assertAvailable();
    },
    cpus: async () => Number(await demand(['info', '--format', '{{.NCPU}}'])),
    platforms,
    pull: async (reference, signal, platform) => pull(reference, folder, { signal, platform, host: await endpoint() }),
    createNetwork: async (name, label) => void (await demand(['network', 'create', '--label', label, name])),
    createContainer: (spec) => createContainer(spec, folder),
    startContainer: async (id) => void (await demand(['start', id], imageNotStarted)),
    waitForExit: async (id, signal) => void (await runProcess({ file: 'docker', args: ['wait', id], signal })),
    state: async (id) => toState(await inspect(id, '{{json .State}}')),
    hostPorts: async (id) => hostPortsOf(await inspect(id, '{{json .NetworkSettings.Ports}}')),
    imageDigests,
    exec,
    followLog,
    followMemory,
    imageUser: (reference) => demand(['image', 'inspect', '--format', '{{.Config.User}}', reference]),
    pullForeign,
    logTail,
    directUrl,
    signalledAt,
    stop,
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

async function stop(id: string, seconds: number, signal: AbortSignal): Promise<void> {
  const limits = { signal, timeoutMs: seconds * 1000 + COMMAND_TIMEOUT_MS };
  await demand(['stop', '-t', String(seconds), id], engineSaid('stop'), limits);
}

/** once asks one time alone, whoever needs the answer. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= ask());
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
  options: { readonly signal: AbortSignal; readonly platform: string | undefined; readonly host: string },
): Promise<void> {
  const { signal, platform, host } = options;
  const config = path.join(folder, 'docker');
  await mkdir(config, { recursive: true, mode: 0o700 });
  // The configuration also says where the engine is, which an empty one no longer does.
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
  return demand(
    [
      'create',
      ...['--pull', 'never', '--name', spec.name, '--label', spec.label, '--network', spec.network],
      ...platformFlag(spec.platform),
      ...(spec.furtherLabel === undefined ? [] : ['--label', spec.furtherLabel]),
      ...(spec.aliases ?? []).flatMap((alias) => ['--network-alias', alias]),
      ...[spec.port, ...(spec.furtherPorts ?? [])].flatMap((port) => ['--publish', `127.0.0.1::${port}`]),
      ...['--env-file', file],
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
    readonly Health?: { readonly Status: string; readonly Log?: readonly HealthLog[] | null } | null;
  };
  const last = state.Health?.Log?.at(-1);
  return {
    running: state.Running,
    exitCode: state.ExitCode,
    oomKilled: state.OOMKilled,
    health: HEALTHS.find((one) => one === state.Health?.Status) ?? 'none',
    ...(last && last.ExitCode !== 0 ? { healthProblem: problemIn(last.ExitCode, lastLineOf(last.Output)) } : {}),
  };
}

function lastLineOf(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

/** One run of an image's own check. */
interface HealthLog {
  readonly ExitCode: number;
  readonly Output: string;
}

/** Docker's words are ours. */
const HEALTHS: readonly Health[] = ['starting', 'healthy', 'unhealthy'];

async function exec(id: string, command: readonly string[], options: ExecOptions): Promise<ExecResult> {
  let lastLine = '';
  const onLine = (line: string): void => {
    if (line.trim() !== '') lastLine = line.trim();
  };
  const { exitCode } = await docker(['exec', id, ...command], { ...options, onLine });
  return { exitCode, lastLine };
}

function hostPortsOf(value: unknown): HostPorts {
  const ports = value as Readonly<Record<string, readonly { readonly HostPort: string }[] | null>> | null;
  return new Map(
    Object.entries(ports ?? {}).flatMap(([name, published]) => {
      const [port, protocol] = name.split('/');
      const hostPort = published?.[0]?.HostPort;
      return protocol === 'tcp' && hostPort !== undefined ? [[Number(port), Number(hostPort)]] : [];
    }),
  );
}

/** As far as it is looked at, of a container and of an image. */
interface Inspected {
  readonly Id: string;
  readonly Image?: string;
  readonly RepoDigests?: readonly string[];
}

async function imageDigests(id: string, reference: string): Promise<readonly string[]> {
  const repository = reference.split('@')[0] ?? '';
  const [container, asked] = JSON.parse(await demand(['inspect', id, reference])) as readonly Inspected[];
  const runs = container?.Image ?? '';
  const image = asked?.Id === runs ? asked : (JSON.parse(await demand(['image', 'inspect', runs])) as Inspected[])[0];
  const names = image?.RepoDigests ?? [];
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

async function followLog(id: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
  await docker(['logs', '--follow', id], { onLine, signal, timeoutMs: undefined });
}

async function logTail(id: string, lines: number): Promise<readonly string[]> {
  // By line as they come, because the two streams are one story.
  const seen: string[] = [];
  const { exitCode } = await docker(['logs', '--tail', String(lines), id], { onLine: (line) => seen.push(line) });
  // With some log drivers nothing can be read; what stands there then is the client's reason.
  if (exitCode !== 0) throw engineFailed('logs', seen.at(-1) ?? '');
  return seen.slice(-lines);
}

/** Of a container's network, as far as it is looked at. */
interface Joined {
  readonly IPAddress: string;
  readonly Gateway: string;
}

/** Where the gateway is an address of this very machine, the network behind it is no other machine's. */
async function directUrl(id: string, port: number): Promise<string | undefined> {
  const networks = (await inspect(id, '{{json .NetworkSettings.Networks}}')) as Readonly<Record<string, Joined>>;
  const own = new Set(Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)));
  const near = Object.values(networks).find(({ IPAddress, Gateway }) => IPAddress !== '' && own.has(Gateway));
  return near && `http://${near.IPAddress}:${port}`;
}

async function signalledAt(id: string, sinceMs: number, signal: AbortSignal): Promise<number | undefined> {
  const seen = new AbortController();
  let atMs: number | undefined;
  const onLine = (line: string): void => {
    atMs ??= Number(line) / 1e6;
    seen.abort();
  };
  const which = ['--since', (sinceMs / 1000).toFixed(3), '--filter', `container=${id}`, '--filter', 'event=kill'];
  const ends = AbortSignal.any([signal, seen.signal]);
  const asked = docker(['events', ...which, '--format', '{{.TimeNano}}'], {
    onLine,
    signal: ends,
    timeoutMs: undefined,
  });
  // Nobody but us ends it, or it cannot tell.
  await asked.catch(() => undefined);
  return atMs !== undefined && Number.isFinite(atMs) ? atMs : undefined;
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
