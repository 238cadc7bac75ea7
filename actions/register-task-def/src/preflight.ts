import type { EcrPort } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import { isObject, objectsIn, type JsonObject } from '@slipway/task-definition';
import type { PinnedImage } from './image.js';

/** ReadImageConfig reads the config of an image for one platform from the registry; undefined when it is not there. */
export type ReadImageConfig = (repository: string, digest: string) => Promise<Uint8Array | undefined>;

/** What the preflight asks. */
export interface PreflightPorts {
  readonly ecr: EcrPort;
  readonly readImageConfig: ReadImageConfig;
}

/** ECS's words for a processor, in OCI's. ECS runs X86_64 where a task definition says nothing. */
const ARCHITECTURES: Readonly<Record<string, string>> = { X86_64: 'amd64', ARM64: 'arm64' };

/**
 * assertImageThere sees that the registry holds an image, and returns its manifest; undefined for an image of a
 * registry that is not this account's.
 *
 * @throws SlipwayError REGISTER_IMAGE_NOT_FOUND
 */
export async function assertImageThere({ ecr }: PreflightPorts, image: PinnedImage): Promise<JsonObject | undefined> {
  if (image.repository === undefined) return undefined;
  const found = await ecr.manifest(image.repository, { digest: image.digest });
  if (!found) {
    throw new SlipwayError({
      code: 'REGISTER_IMAGE_NOT_FOUND',
      message: `The repository '${image.repository}' holds no image ${image.digest}.`,
      hint: "Push it first, and pass push-ecr's output 'digest'.",
    });
  }
  return parsed(found.text);
}

/**
 * assertPlatform refuses an image that the task's platform cannot run. An index tells its platforms; of an image for
 * one platform only its config does. On EC2 a definition without runtimePlatform runs wherever it is placed.
 *
 * @throws SlipwayError REGISTER_PLATFORM_MISMATCH
 */
export async function assertPlatform(
  ports: PreflightPorts,
  definition: JsonObject,
  { image, manifest }: { readonly image: PinnedImage; readonly manifest: JsonObject },
): Promise<void> {
  const wanted = platformOf(definition);
  if (wanted === undefined) return;
  const platforms = await platformsOf(ports, image, manifest);
  if (platforms.length === 0 || platforms.includes(wanted)) return;
  throw new SlipwayError({
    code: 'REGISTER_PLATFORM_MISMATCH',
    message: `The task runs ${wanted}, and the image ${image.digest} of '${image.repository}' is for ${platforms.join(', ')}.`,
    hint: "Build the image for the task's platform, or set the task definition's runtimePlatform.",
  });
}

function platformOf(definition: JsonObject): string | undefined {
  const platform = definition['runtimePlatform'];
  const isFargate = JSON.stringify(definition['requiresCompatibilities'] ?? []).includes('"FARGATE"');
  if (!isObject(platform)) return isFargate ? 'linux/amd64' : undefined;
  const { cpuArchitecture = 'X86_64', operatingSystemFamily = 'LINUX' } = platform as Readonly<Record<string, string>>;
  const system = operatingSystemFamily.startsWith('WINDOWS') ? 'windows' : operatingSystemFamily.toLowerCase();
  return `${system}/${ARCHITECTURES[cpuArchitecture] ?? cpuArchitecture.toLowerCase()}`;
}

async function platformsOf(
  ports: PreflightPorts,
  image: PinnedImage,
  manifest: JsonObject,
): Promise<readonly string[]> {
  if (Array.isArray(manifest['manifests'])) {
    const platforms = objectsIn(manifest['manifests']).map(({ platform }) => platform);
    // Attestations stand in an index as unknown/unknown.
    return [...new Set(platforms.filter(isObject).map(platformText))].filter((text) => text !== 'unknown/unknown');
  }
  const config = isObject(manifest['config']) ? manifest['config']['digest'] : undefined;
  if (typeof config !== 'string' || image.repository === undefined) return [];
  const bytes = await ports.readImageConfig(image.repository, config);
  const told = bytes && parsed(Buffer.from(bytes).toString('utf8'));
  return told?.['os'] === undefined ? [] : [platformText(told)];
}

function platformText({ os, architecture }: JsonObject): string {
  return `${String(os)}/${String(architecture)}`;
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
