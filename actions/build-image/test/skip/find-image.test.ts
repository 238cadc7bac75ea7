import { describe, expect, it } from '@jest/globals';
import { digestOf, OCI_INDEX, OCI_MANIFEST, type Manifest } from '@slipway/oci';
import { candidateTags, findImage, SOURCE_LABEL, type Repository } from '../../src/skip/find-image.js';

const HASH = 'f'.repeat(64);
const source = { revision: 'c'.repeat(40), version: 'cccccccccccc', tags: ['cccccccccccc', 'main'] };

describe('where is looked', () => {
  it.each([
    ['a push', { before: 'b'.repeat(40) }, ['bbbbbbbbbbbb']],
    ['a first push', { before: '0'.repeat(40) }, []],
    ['a pull request', { pull_request: { base: { sha: 'a'.repeat(40) } } }, ['aaaaaaaaaaaa']],
    ['nothing', undefined, []],
    ['an event that is strange', { before: '../../x', pull_request: 7 }, []],
  ])('after %s', (_what, event, more) => {
    const own = [`src-${'f'.repeat(32)}`, 'cccccccccccc', 'main'];
    expect(candidateTags(HASH, source, event)).toEqual([...own, ...more]);
  });
});

/** A registry with images by tag, each of platforms with their labels. */
function repositoryOf(images: Readonly<Record<string, readonly object[]>>): Repository {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Manifest>();
  const keep = (mediaType: string, content: object): { mediaType: string; digest: string; size: number } => {
    const bytes = Buffer.from(JSON.stringify(content));
    const digest = digestOf(bytes);
    if (mediaType === 'config') blobs.set(digest, bytes);
    else manifests.set(digest, { digest, mediaType, bytes });
    return { mediaType, digest, size: bytes.length };
  };
  for (const [tag, platforms] of Object.entries(images)) {
    const parts = platforms.map((Labels) => {
      const config = keep('config', { config: { Labels } });
      return keep(OCI_MANIFEST, { mediaType: OCI_MANIFEST, config, layers: [] });
    });
    const attestation = {
      ...keep(OCI_MANIFEST, { config: keep('config', {}), layers: [] }),
      annotations: { 'vnd.docker.reference.type': 'x' },
    };
    const root =
      parts.length === 1 ? parts[0] : keep(OCI_INDEX, { mediaType: OCI_INDEX, manifests: [...parts, attestation] });
    manifests.set(tag, manifests.get(root?.digest ?? '') as Manifest);
  }
  return {
    resolve: (reference) => Promise.resolve(manifests.get(reference)),
    readBlob: ({ digest }) => Promise.resolve(blobs.get(digest)),
  };
}

describe('an image is found', () => {
  const good = { [SOURCE_LABEL]: HASH, 'org.opencontainers.image.revision': 'abc' };
  it.each([
    ['by the first tag that has it', { b: [good] }, 'b'],
    ['with several platforms and attestations', { a: [good, good] }, 'a'],
    ['behind one of another source', { a: [{ [SOURCE_LABEL]: 'other' }], b: [good] }, 'b'],
    ['never with another source', { a: [{ [SOURCE_LABEL]: 'other' }] }, undefined],
    ['never without the label', { a: [{}] }, undefined],
    ['never where one platform is of another source', { a: [good, {}] }, undefined],
    ['never in an empty repository', {}, undefined],
  ])('%s', async (_what, images, tag) => {
    const found = await findImage(repositoryOf(images), HASH, ['a', 'b']);
    expect([found?.tag, found?.revision]).toEqual(tag === undefined ? [undefined, undefined] : [tag, 'abc']);
  });
});
