import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { unreachedFrom, type LoopbackRegistry } from '@slipway/oci';
import { lastLine, type DockerPort } from '@slipway/process';
import { engineArguments } from './builder.js';
import { buildFailed, engineRemote, pushFailed, resultUnexpected, unitTestsFailed } from './errors.js';
import { readImage, type BuiltImage, type Claim } from './image.js';
import { buildArguments, unitTestArguments, type Destination } from './plan.js';
import { layoutFolder, runBuildx, type Invocation, type Invoked } from './run-buildx.js';

/** What a build reaches of the world. */
export interface BuildPorts {
  readonly docker: DockerPort;
  /** When the checked-out commit was made, in seconds since the epoch. */
  readonly commitTime: (workspace: string) => Promise<number>;
  readonly openRegistry: (directory: string, name: string) => Promise<LoopbackRegistry>;
}

/** A build that is decided. */
export interface Build extends Invoked {
  /** An unguessable name: of the working folder, and of the image while the engine holds it. */
  readonly name: string;
  /** A stage that is built first and thrown away. */
  readonly unitTestTarget?: string;
  /** Called with the image's name before the engine holds an image of that name. */
  readonly onTag: (reference: string) => void;
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

async function runBuild(ports: BuildPorts, build: Build, destination: Destination): Promise<void> {
  const args: Invocation['args'] = (order) => buildArguments({ ...order, destination });
  const failure = await runBuildx(ports.docker, build, { args, title: 'Build' });
  if (failure) throw buildFailed(failure, path.relative(build.workspace, build.order.file));
}

/** The stage's result is nobody's; that it can be built is what was asked. */
async function runUnitTests(ports: BuildPorts, build: Build, target: string): Promise<void> {
  const nowhere = { kind: 'engine', reference: '', idFile: '' } as const;
  const args: Invocation['args'] = (order) => unitTestArguments({ ...order, destination: nowhere }, target);
  const failure = await runBuildx(ports.docker, build, { args, title: `Unit tests (${target})` });
  if (failure) throw unitTestsFailed(failure, target);
}
