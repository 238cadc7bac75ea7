import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '@slipway/core';
import { unreachedFrom, type LoopbackRegistry } from '@slipway/oci';
import { lastLine, type DockerPort } from '@slipway/process';
import type { Log } from '@slipway/runtime';
import type { ChosenBuilder } from './ask-builder.js';
import { readBuildFailure, type BuildFailure } from './build-log.js';
import { engineArguments } from './builder.js';
import { watchCache } from './cache-watch.js';
import { buildFailed, engineRemote, pushFailed, resultUnexpected, unitTestsFailed } from './errors.js';
import { readImage, type BuiltImage, type Claim } from './image.js';
import { buildArguments, unitTestArguments, type BuildOrder, type Destination } from './plan.js';
import type { StepReader } from './steps.js';

/** What a build reaches of the world. */
export interface BuildPorts {
  readonly docker: DockerPort;
  /** When the checked-out commit was made, in seconds since the epoch. */
  readonly commitTime: (workspace: string) => Promise<number>;
  readonly openRegistry: (directory: string, name: string) => Promise<LoopbackRegistry>;
}

/** A build that is decided. */
export interface Build {
  readonly order: Omit<BuildOrder, 'destination'>;
  readonly chosen: ChosenBuilder;
  /** An unguessable name: of the working folder, and of the image while the engine holds it. */
  readonly name: string;
  /** Secrets and the runner's cache: what the builder's client sees, and no other program. */
  readonly environment: Readonly<Record<string, string>>;
  /** A stage that is built first and thrown away. */
  readonly unitTestTarget?: string;
  /** Told of each line of the builder's progress. */
  readonly steps: StepReader;
  /** A folder that does not exist; removed by whoever named it. */
  readonly workFolder: string;
  /** Where annotations count from. */
  readonly workspace: string;
  readonly log: Log;
  readonly clock: Clock;
  /** How long a step of the cache may take. */
  readonly cacheMinutes: number;
  readonly signal: AbortSignal;
  /** Called with the image's name before the engine holds an image of that name. */
  readonly onTag: (reference: string) => void;
}

/** layoutFolder returns where in its working folder a build leaves the layout. */
export function layoutFolder(workFolder: string): string {
  return path.join(workFolder, 'layout');
}

/** buildImage builds, and leaves the image's OCI layout in the working folder. */
export async function buildImage(ports: BuildPorts, build: Build): Promise<BuiltImage> {
  await mkdir(build.workFolder, { recursive: true });
  if (build.unitTestTarget !== undefined) await runUnitTests(ports, build, build.unitTestTarget);
  switch (build.chosen.way) {
    case 'export':
      return exportLayout(ports, build);
    case 'push':
      return pushToLoopback(ports, build);
  }
}

/** The builder writes the layout itself. */
async function exportLayout(ports: BuildPorts, build: Build): Promise<BuiltImage> {
  const directory = layoutFolder(build.workFolder);
  const metadataFile = path.join(build.workFolder, 'metadata.json');
  await runBuild(ports, build, { kind: 'layout', directory, metadataFile });
  const image = await readImage(directory, claimOf(await readFile(metadataFile, 'utf8')));
  // Where the builder puts what it has not finished; empty now, and no part of a layout.
  await rm(path.join(directory, 'ingest'), { recursive: true, force: true });
  return image;
}

/** claimOf reads what BuildKit's metadata file says of the image. */
export function claimOf(metadata: string): Claim {
  let parsed: unknown;
  try {
    parsed = JSON.parse(metadata);
  } catch (cause) {
    throw resultUnexpected('its metadata file is not JSON', cause);
  }
  const { 'containerimage.digest': digest, 'containerimage.config.digest': imageId } = (parsed ?? {}) as Record<
    string,
    unknown
  >;
  return {
    ...(typeof digest === 'string' ? { digest } : {}),
    ...(typeof imageId === 'string' ? { imageId } : {}),
  };
}

/** The engine keeps the image, without a manifest; pushing it makes one, and the bytes arrive here. */
async function pushToLoopback(ports: BuildPorts, build: Build): Promise<BuiltImage> {
  const directory = layoutFolder(build.workFolder);
  const idFile = path.join(build.workFolder, 'image-id');
  const registry = await ports.openRegistry(directory, build.name);
  const reference = `${registry.repository}:${IMAGE_TAG}`;
  try {
    await assertReachable(ports, build, registry);
    build.onTag(reference);
    await runBuild(ports, build, { kind: 'engine', reference, idFile });
    await push(ports, build, reference);
    return await readImage(directory, { imageId: (await readFile(idFile, 'utf8')).trim() });
  } finally {
    await registry.close();
  }
}

const IMAGE_TAG = 'image';

/** Before anything is built: a build can take an hour. */
async function assertReachable(ports: BuildPorts, build: Build, registry: LoopbackRegistry): Promise<void> {
  const engine = engineArguments(build.chosen.builder);
  const client = (args: readonly string[]) => ports.docker({ args: [...engine, ...args], signal: build.signal });
  const words = await unreachedFrom(client, registry);
  if (words !== undefined) throw engineRemote(lastLine(words));
}

async function push(ports: BuildPorts, build: Build, reference: string): Promise<void> {
  const args = [...engineArguments(build.chosen.builder), 'push', reference];
  const result = await build.log.group('Take the image over from the engine', () =>
    ports.docker({ args, signal: build.signal, onLine: (line) => build.log.untrusted(line) }),
  );
  if (result.exitCode !== 0) throw pushFailed(lastLine(result.stderr));
}

/** The end of a long build is what tells of its failure; its beginning is in the job's log. */
const KEPT_LINES = 2_000;

async function runBuild(ports: BuildPorts, build: Build, destination: Destination): Promise<void> {
  const args = (order: Build['order']) => buildArguments({ ...order, destination });
  const failure = await runBuildx(ports, build, { args, title: 'Build' });
  if (failure) throw buildFailed(failure, path.relative(build.workspace, build.order.file));
}

/** The stage's result is nobody's; that it can be built is what was asked. */
async function runUnitTests(ports: BuildPorts, build: Build, target: string): Promise<void> {
  const nowhere = { kind: 'engine', reference: '', idFile: '' } as const;
  const args = (order: Build['order']) => unitTestArguments({ ...order, destination: nowhere }, target);
  const failure = await runBuildx(ports, build, { args, title: `Unit tests (${target})` });
  if (failure) throw unitTestsFailed(failure, target);
}

interface Invocation {
  readonly args: (order: Build['order']) => readonly string[];
  readonly title: string;
}

/** Runs buildx and returns why it failed; undefined when it did not. The line that failed is annotated. */
async function runBuildx(ports: BuildPorts, build: Build, call: Invocation): Promise<BuildFailure | undefined> {
  const { log, order } = build;
  const first = await attempt(ports, build, { title: call.title, args: call.args(order) });
  const trouble = order.cache.kind === 'none' ? undefined : cacheTroubleOf(first);
  if (trouble !== undefined) {
    log.warning(`The cache failed, and the build was begun again without it: ${trouble}`);
    build.steps.cacheTold();
    await rm(layoutFolder(build.workFolder), { recursive: true, force: true });
  }
  const again = { title: `${call.title}, without the cache`, args: call.args({ ...order, cache: { kind: 'none' } }) };
  const end = trouble === undefined ? first : await attempt(ports, build, again);
  if (end.kind === 'built') return undefined;
  if (end.kind === 'hung')
    throw resultUnexpected(`it says that it waits for a cache that it was not given, in '${end.step}'`);
  const failure = readBuildFailure(end.lines, await readFile(order.file, 'utf8'));
  if (failure.line !== undefined) {
    const file = path.relative(build.workspace, order.file);
    const text = [failure.message, ...failure.tail].join('\n');
    log.error(text, { file, startLine: failure.line, title: failure.step ?? 'The build failed' });
  }
  return failure;
}

type AttemptEnd =
  | { readonly kind: 'built' }
  | { readonly kind: 'failed'; readonly lines: readonly string[] }
  | { readonly kind: 'hung'; readonly step: string };

/** What a builder says that takes no cache as it is given: a token that it cannot read, a kind that it does not know. */
const CACHE_REFUSED = /\bcache (?:im|ex)porter\b|\bcache export\b/i;

/** Why a build ended for the cache's sake; undefined when it did not. */
function cacheTroubleOf(end: AttemptEnd): string | undefined {
  if (end.kind === 'hung') return `'${end.step}' took too long`;
  const last = end.kind === 'failed' ? end.lines.findLast((line) => line.startsWith('ERROR: ')) : undefined;
  return last !== undefined && CACHE_REFUSED.test(last) ? lastLine(last) : undefined;
}

/** BuildKit gives up GitHub's cache by itself after the same minutes, and then nothing has to be built again. */
const GRACE_MS = 5_000;

async function attempt(
  ports: BuildPorts,
  { log, signal, environment, steps, clock, cacheMinutes }: Build,
  { args, title }: { readonly args: readonly string[]; readonly title: string },
): Promise<AttemptEnd> {
  const watch = watchCache({ steps: steps.begin(), clock, limitMs: cacheMinutes * 60_000 + GRACE_MS, signal });
  const lines: string[] = [];
  const onLine = (line: string): void => {
    log.untrusted(line);
    steps.read(line);
    watch.look();
    lines.push(line);
    if (lines.length > 2 * KEPT_LINES) lines.splice(0, KEPT_LINES);
  };
  try {
    const result = await log.group(title, () => ports.docker({ args, signal: watch.signal, onLine, environment }));
    return result.exitCode === 0 ? { kind: 'built' } : { kind: 'failed', lines };
  } catch (error) {
    if (watch.hung === undefined || signal.aborted) throw error;
    return { kind: 'hung', step: watch.hung };
  } finally {
    watch.close();
  }
}
