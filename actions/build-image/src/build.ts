import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '@slipway/runtime';
import { lastLine, type ChosenBuilder } from './ask-builder.js';
import { readBuildFailure, type BuildFailure } from './build-log.js';
import { engineArguments } from './builder.js';
import type { DockerPort } from './docker.js';
import { buildFailed, engineRemote, pushFailed, resultUnexpected, unitTestsFailed } from './errors.js';
import { readImage, type BuiltImage, type Claim } from './image.js';
import type { LoopbackRegistry } from './loopback.js';
import { buildArguments, unitTestArguments, type BuildOrder } from './plan.js';
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
  await runBuild(
    ports,
    build,
    buildArguments({ ...build.order, destination: { kind: 'layout', directory, metadataFile } }),
  );
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
    await runBuild(
      ports,
      build,
      buildArguments({ ...build.order, destination: { kind: 'engine', reference, idFile } }),
    );
    await push(ports, build, reference);
    return await readImage(directory, { imageId: (await readFile(idFile, 'utf8')).trim() });
  } finally {
    await registry.close();
  }
}

const IMAGE_TAG = 'image';

/**
 * An engine in another network would push to whoever listens on that port over there. So it is asked, before
 * anything is built, for an image that no one has, under a name that no one else knows: either we are asked for it.
 */
async function assertReachable(ports: BuildPorts, build: Build, registry: LoopbackRegistry): Promise<void> {
  const args = [...engineArguments(build.chosen.builder), 'pull', `${registry.repository}:none`];
  const { stderr } = await ports.docker({ args, signal: build.signal });
  if (!registry.wasReached()) throw engineRemote(lastLine(stderr));
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

async function runBuild(ports: BuildPorts, build: Build, args: readonly string[]): Promise<void> {
  const failure = await runBuildx(ports, build, { args, title: 'Build' });
  if (failure) throw buildFailed(failure, path.relative(build.workspace, build.order.file));
}

/** The stage's result is nobody's; that it can be built is what was asked. */
async function runUnitTests(ports: BuildPorts, build: Build, target: string): Promise<void> {
  const nowhere = { kind: 'engine', reference: '', idFile: '' } as const;
  const args = unitTestArguments({ ...build.order, destination: nowhere }, target);
  const failure = await runBuildx(ports, build, { args, title: `Unit tests (${target})` });
  if (failure) throw unitTestsFailed(failure, target);
}

/** Runs buildx and returns why it failed; undefined when it did not. The line that failed is annotated. */
async function runBuildx(
  ports: BuildPorts,
  build: Build,
  { args, title }: { readonly args: readonly string[]; readonly title: string },
): Promise<BuildFailure | undefined> {
  const { log, order, signal, environment, steps } = build;
  const lines: string[] = [];
  const onLine = (line: string): void => {
    log.untrusted(line);
    steps.read(line);
    lines.push(line);
    if (lines.length > 2 * KEPT_LINES) lines.splice(0, KEPT_LINES);
  };
  const result = await log.group(title, () => ports.docker({ args, signal, onLine, environment }));
  if (result.exitCode === 0) return undefined;
  const failure = readBuildFailure(lines, await readFile(order.file, 'utf8'));
  if (failure.line !== undefined) {
    const file = path.relative(build.workspace, order.file);
    log.error(failure.message, { file, startLine: failure.line, title: failure.step ?? 'The build failed' });
  }
  return failure;
}
