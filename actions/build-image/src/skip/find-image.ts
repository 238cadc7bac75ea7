import { OCI_INDEX, DOCKER_INDEX, referencesOf, type Manifest, type RegistryClient } from '@slipway/oci';
import { member, SHORT_COMMIT_LENGTH, type Source } from '../source.js';

/** The label by which an image says what it was built from. It is part of what the digest covers. */
export const SOURCE_LABEL = 'io.slipway.source-hash';

/** An image of the wanted source. */
export interface FoundImage {
  readonly manifest: Manifest;
  /** The tag by which it was found. */
  readonly tag: string;
  /** The commit that it was built from. */
  readonly revision: string | undefined;
}

/** What finding reads of a repository. */
export type Repository = Pick<RegistryClient, 'resolve' | 'readBlob'>;

/** sourceTagOf returns the tag by which an image can be found whatever commit it was built from. */
export function sourceTagOf(hash: string): string {
  return `src-${hash.slice(0, 32)}`;
}

/**
 * candidateTags returns where an image of the same source would be: under the source's own tag, where somebody pushes
 * it, under this build's tags, and under the versions of the commits that came before. A tag is only where to look.
 */
export function candidateTags(hash: string, source: Source, event: unknown): readonly string[] {
  const before = [member(event, ['before']), member(event, ['pull_request', 'base', 'sha'])];
  const versions = before.flatMap((commit) =>
    typeof commit === 'string' && /^[0-9a-f]{40,64}$/.test(commit) && !/^0+$/.test(commit)
      ? [commit.slice(0, SHORT_COMMIT_LENGTH)]
      : [],
  );
  return [...new Set([sourceTagOf(hash), source.version, ...source.tags, ...versions])];
}

/** findImage looks under tags for an image that says of itself, for every platform, that it is of the wanted source. */
export async function findImage(
  repository: Repository,
  hash: string,
  tags: readonly string[],
): Promise<FoundImage | undefined> {
  const manifests = await Promise.all(tags.map((tag) => repository.resolve(tag)));
  const seen = new Set<string>();
  for (const [at, manifest] of manifests.entries()) {
    if (!manifest || seen.has(manifest.digest)) continue;
    seen.add(manifest.digest);
    const labels = await labelsOfAll(repository, manifest);
    if (labels.length === 0 || labels.some((own) => own[SOURCE_LABEL] !== hash)) continue;
    return { manifest, tag: tags[at] ?? '', revision: labels[0]?.['org.opencontainers.image.revision'] };
  }
  return undefined;
}

type Labels = Readonly<Record<string, string>>;

/** BuildKit's mark on a manifest that no platform runs. */
const ATTESTATION = 'vnd.docker.reference.type';

async function labelsOfAll(repository: Repository, { mediaType, bytes }: Manifest): Promise<readonly Labels[]> {
  const { children, blobs } = referencesOf(bytes);
  if (mediaType === OCI_INDEX || mediaType === DOCKER_INDEX) {
    const images = children.filter(({ annotations }) => annotations?.[ATTESTATION] === undefined);
    const found = await Promise.all(images.map(({ digest }) => repository.resolve(digest)));
    const labels = await Promise.all(found.map(async (one) => (one ? labelsOfAll(repository, one) : [{}])));
    return labels.flat();
  }
  const [config] = blobs;
  const text = config && (await repository.readBlob(config));
  const parsed: unknown = text ? JSON.parse(text.toString('utf8')) : undefined;
  return [(member(parsed, ['config', 'Labels']) ?? {}) as Labels];
}
