import { messageOf } from '@slipway/core';
import { isObject, objectsIn, type JsonObject } from '@slipway/task-definition';
import type { PinnedImage } from './image.js';
import type { Context } from './ports.js';
import type { PreflightPorts } from './preflight.js';

const PREFIX = 'org.opencontainers.image.';
/** What a tag may be, by the registry's own rule. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** The label that names the commit, as build-image writes it; a hash as Git has them. */
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/**
 * tellPromoted puts out what a promotion takes over: the image by its digest, with the registry that holds it, and the
 * version and the commit that the image says of itself. Only push-ecr asks for these, before anything is registered.
 */
export async function tellPromoted(context: Context, source: PreflightPorts, image: PinnedImage): Promise<void> {
  const repositoryUri = image.copiedFrom ?? image.repositoryUri;
  context.setOutput('source-image', `${repositoryUri}@${image.digest}`);
  // Part of the digest names it as well as any other word.
  const unnamed = `digest-${image.digest.slice('sha256:'.length, 'sha256:'.length + 12)}`;
  const labels = await labelsOf(source, { repositoryUri, digest: image.digest }).catch((error: unknown) => {
    context.log.info(`The image's own version could not be read: ${messageOf(error)}. Its tag will be ${unnamed}.`);
    return {};
  });
  const { [`${PREFIX}version`]: version, [`${PREFIX}revision`]: revision } = labels as JsonObject;
  context.setOutput('source-version', typeof version === 'string' && TAG.test(version) ? version : unnamed);
  context.setOutput('source-revision', typeof revision === 'string' && COMMIT.test(revision) ? revision : '');
}

/** The labels that build-image writes, of the first platform: all have the same. */
async function labelsOf(
  ports: PreflightPorts,
  { repositoryUri, digest }: Pick<PinnedImage, 'repositoryUri' | 'digest'>,
): Promise<JsonObject> {
  const repository = repositoryUri.slice(repositoryUri.indexOf('/') + 1);
  const manifest = await read(ports, repository, digest);
  const [platform] = objectsIn(manifest?.['manifests'] ?? []).filter(isRunnable);
  const own = platform ? await read(ports, repository, String(platform['digest'])) : manifest;
  const config = isObject(own?.['config']) ? own['config']['digest'] : undefined;
  if (typeof config !== 'string') return {};
  const bytes = await ports.readImageConfig(repository, config);
  const told = bytes && (JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonObject);
  const labels = isObject(told?.['config']) ? told['config']['Labels'] : undefined;
  return isObject(labels) ? labels : {};
}

async function read({ ecr }: PreflightPorts, repository: string, digest: string): Promise<JsonObject | undefined> {
  const found = await ecr.manifest(repository, { digest });
  return found && (JSON.parse(found.text) as JsonObject);
}

/** Attestations stand in an index as unknown/unknown. */
function isRunnable({ platform }: JsonObject): boolean {
  return isObject(platform) && platform['os'] !== 'unknown';
}
