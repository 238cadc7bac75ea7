import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { SlipwayError } from '@slipway/core';
import { isDigest, OciLayout, openLoopbackRegistry, referencesOf, unreachedFrom, type Digest } from '@slipway/oci';
import { lastLine, Temporary, type DockerPort } from '@slipway/process';
import { digestNotTested, engineFailed, imageNotFound } from './errors.js';
import type { PushContext } from './inputs.js';
import type { SourceOrder } from './source-order.js';

/** EngineImage is an image that the local engine has handed over. */
export interface EngineImage {
  /** The layout that now holds it, and nothing else. */
  readonly directory: string;
  /** Of the manifest or index as the engine pushes it. */
  readonly digest: Digest;
  /** Forgets the layout. */
  readonly remove: () => Promise<void>;
}

/** What taking an image from the engine reaches. */
export interface EnginePorts {
  readonly context: Pick<PushContext, 'log' | 'signal' | 'saveState' | 'github'>;
  readonly docker: DockerPort;
}

const TAG = 'image';
/** Questions are answered at once; an engine that is being woken up may take some seconds. */
const QUESTION_TIMEOUT_MS = 60_000;

/**
 * takeFromEngine has the local engine push its image to a registry of our own on the loopback address, so that the
 * manifest is the engine's and not one that we make up, and proves that it is of the image that was tested.
 *
 * @throws SlipwayError PUSH_IMAGE_NOT_FOUND, PUSH_ENGINE_FAILED, PUSH_DIGEST_NOT_TESTED
 */
export async function takeFromEngine(
  ports: EnginePorts,
  order: Extract<SourceOrder, { kind: 'engine' }>,
): Promise<EngineImage> {
  const { context, docker } = ports;
  const id = await imageId(ports, order.image);
  const name = `slipway-${randomUUID()}`;
  const directory = path.join(context.github.temp, 'slipway', `.${name}`);
  const temporary = new Temporary(context, docker, { folder: directory, engine: [] });
  try {
    await mkdir(directory, { recursive: true });
    await handOver(ports, { id, directory, name, temporary });
    const digest = await provenDigest(directory, { id, order });
    context.log.info(`The engine has '${order.image}' as ${id}, and handed it over with the manifest ${digest}.`);
    await temporary.removeTag();
    return { directory, digest, remove: () => temporary.remove() };
  } catch (error) {
    await temporary.remove();
    throw error;
  }
}

/** What the engine knows it by: of the older store the configuration's digest, of containerd's the manifest's. */
async function imageId(ports: EnginePorts, image: string): Promise<Digest> {
  const { exitCode, stdout, stderr } = await ask(ports, ['image', 'inspect', '--format', '{{.Id}}', '--', image]);
  const id = stdout.trim();
  if (exitCode === 0 && isDigest(id)) return id;
  if (/no such image/i.test(stderr)) throw imageNotFound(image);
  throw engineFailed(lastLine(stderr));
}

async function ask({ docker, context: { signal } }: EnginePorts, args: readonly string[], timeoutMs?: number) {
  try {
    return await docker({ args, signal, timeoutMs: timeoutMs ?? QUESTION_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof SlipwayError) || signal.aborted) throw error;
    throw engineFailed(error.message.replace(/\.$/, ''), error);
  }
}

interface HandOver {
  readonly id: Digest;
  readonly directory: string;
  /** Of the repository: one that nobody else knows. */
  readonly name: string;
  readonly temporary: Temporary;
}

/** Compressing and sending a large image on this machine. */
const PUSH_TIMEOUT_MS = 1_800_000;

async function handOver(ports: EnginePorts, { id, directory, name, temporary }: HandOver): Promise<void> {
  const registry = await openLoopbackRegistry(directory, name);
  try {
    const words = await unreachedFrom((args) => ask(ports, args), registry);
    if (words !== undefined) throw engineFailed(`it does not reach this step on 127.0.0.1: ${lastLine(words)}`);
    const reference = `${registry.repository}:${TAG}`;
    temporary.willTag(reference);
    for (const args of [
      ['tag', id, reference],
      ['push', '--quiet', reference],
    ]) {
      const { exitCode, stderr } = await ask(ports, args, PUSH_TIMEOUT_MS);
      if (exitCode !== 0) throw engineFailed(lastLine(stderr));
    }
  } finally {
    await registry.close();
  }
}

/** Two chains: from the engine's id to what it handed over, and from what was tested to either of them. */
async function provenDigest(
  directory: string,
  { id, order }: { readonly id: Digest; readonly order: Extract<SourceOrder, { kind: 'engine' }> },
): Promise<Digest> {
  const layout = await OciLayout.open(directory);
  const digest = (await layout.tags()).get(TAG);
  if (digest === undefined) throw engineFailed('it said that it pushed the image, and nothing arrived');
  const [config] = referencesOf((await layout.readManifest(digest)).bytes).blobs;
  const names: readonly (string | undefined)[] = [digest, config?.digest];
  if (!names.includes(id)) throw engineFailed(`it was asked for ${id}, and handed over ${digest}`);
  if (!names.includes(order.digest)) throw digestNotTested(order, { digest, imageId: config?.digest });
  return digest;
}
