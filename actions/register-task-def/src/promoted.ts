import { messageOf } from '@slipway/core';
import { isObject, objectsIn, type JsonObject } from '@slipway/task-definition';
import type { PinnedImage } from './image.js';
import type { Context } from './ports.js';
import type { PreflightPorts } from './preflight.js';

/** What a tag may be, by the registry's own rule. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/**
 * tellPromoted puts out what a promotion takes over: the image by its digest, with the registry that holds it, and the
 * version that the image says of itself. Only push-ecr asks for these, before anything is registered.
 */
export async function tellPromoted(context: Context, ports: PreflightPorts, image: PinnedImage): Promise<void> {
  context.setOutput('source-image', `${image.repositoryUri}@${image.digest}`);
  // Part of the digest names it as well as any other word.
  const unnamed = `digest-${image.digest.slice('sha256:'.length, 'sha256:'.length + 12)}`;
  const version = await versionOf(ports, image).catch((error: unknown) => {
    context.log.info(`The image's own version could not be read: ${messageOf(error)}. Its tag will be ${unnamed}.`);
    return undefined;
  });
  context.setOutput('source-version', version !== undefined && TAG.test(version) ? version : unnamed);
}

/** The label that build-image writes, of the first platform: all have the same. */
async function versionOf(ports: PreflightPorts, image: PinnedImage): Promise<string | undefined> {
  const repository = image.repository ?? image.repositoryUri.slice(image.repositoryUri.indexOf('/') + 1);
  const manifest = await read(ports, repository, image.digest);
  const [platform] = objectsIn(manifest?.['manifests'] ?? []).filter(isRunnable);
  const own = platform ? await read(ports, repository, String(platform['digest'])) : manifest;
  const config = isObject(own?.['config']) ? own['config']['digest'] : undefined;
  if (typeof config !== 'string') return undefined;
  const bytes = await ports.readImageConfig(repository, config);
  const told = bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonObject);
  const labels = isObject(told?.['config']) ? told['config']['Labels'] : undefined;
  const version = isObject(labels) ? labels['org.opencontainers.image.version'] : undefined;
  return typeof version === 'string' ? version : undefined;
}

async function read({ ecr }: PreflightPorts, repository: string, digest: string): Promise<JsonObject | undefined> {
  const found = await ecr.manifest(repository, { digest });
  return found && (JSON.parse(found.text) as JsonObject);
}

/** Attestations stand in an index as unknown/unknown. */
function isRunnable({ platform }: JsonObject): boolean {
  return isObject(platform) && platform['os'] !== 'unknown';
}
