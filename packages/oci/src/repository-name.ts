import type { ManifestReference } from './registry-storage.js';
import { isDigest } from './digest.js';

/** From the distribution specification, "Pulling manifests": `<name>` and `<reference>` as a tag. */
const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** What the specification notes that many clients accept at most, the registry's host included. */
const MAX_NAME_CHARS = 255;

/** isRepositoryName tells whether a text is a repository's name, which is then also safe as a path. */
export function isRepositoryName(text: string): boolean {
  // The length first: the pattern is linear on what is short, and nobody needs to know on what is not.
  return text.length <= MAX_NAME_CHARS && NAME.test(text);
}

/** parseManifestReference tells a digest from a tag; undefined when it is neither. */
export function parseManifestReference(text: string): ManifestReference | undefined {
  if (isDigest(text)) return { digest: text };
  return TAG.test(text) ? { tag: text } : undefined;
}
