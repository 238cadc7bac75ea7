import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OCI_INDEX, OCI_MANIFEST, OciLayout, digestOf } from '@slipway/oci';
import { claimOf } from '../src/build.js';
import { readImage } from '../src/image.js';
import { IMAGE_ID, MANIFEST_DIGEST, SIZE_BYTES, writeLayout } from './fake-docker.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'slipway-image-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const index = {
  mediaType: OCI_INDEX,
  bytes: Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] })),
};

describe('readImage', () => {
  it('reads what the one manifest of a layout says', async () => {
    await writeLayout(directory);
    expect(await readImage(directory, { digest: MANIFEST_DIGEST, imageId: IMAGE_ID })).toMatchObject({
      ...{ digest: MANIFEST_DIGEST, imageId: IMAGE_ID, sizeBytes: SIZE_BYTES },
      layers: [{ size: 7 }],
    });
  });

  it.each([
    ['digest', { digest: IMAGE_ID }],
    ['image ID', { imageId: MANIFEST_DIGEST }],
  ])('does not believe a builder that claims another %s', async (_name, claim) => {
    await writeLayout(directory);
    await expect(readImage(directory, claim)).rejects.toMatchObject({ code: 'BUILD_RESULT_UNEXPECTED' });
  });

  it('refuses no image, two images, and an index without one', async () => {
    const layout = await OciLayout.create(directory);
    const refused = { code: 'BUILD_RESULT_UNEXPECTED' };
    await expect(readImage(directory, {})).rejects.toMatchObject(refused);
    await layout.writeManifest(index);
    await expect(readImage(directory, {})).rejects.toMatchObject(refused);
    await layout.writeManifest({ ...index, bytes: Buffer.concat([index.bytes, Buffer.from('\n')]) });
    await expect(readImage(directory, {})).rejects.toMatchObject(refused);
  });
});

describe('an index', () => {
  const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
  const media = {
    config: 'application/vnd.oci.image.config.v1+json',
    layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  };

  async function write(platforms: readonly (readonly [string, object?])[]) {
    const layout = await OciLayout.create(directory);
    const blob = async (mediaType: string, bytes: Buffer) => {
      const stream = async function* () {
        yield bytes;
      };
      await layout.blobs.write(digestOf(bytes), stream());
      return { mediaType, digest: digestOf(bytes), size: bytes.length };
    };
    const layer = await blob(media.layer, Buffer.from('shared'));
    const manifests = await Promise.all(
      platforms.map(async ([architecture, annotations]) => {
        const config = await blob(media.config, json({ os: 'linux', architecture }));
        const manifest = json({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer] });
        return { ...(await blob(OCI_MANIFEST, manifest)), ...(annotations ? { annotations } : {}) };
      }),
    );
    return layout.writeManifest({
      mediaType: OCI_INDEX,
      bytes: json({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }),
    });
  }

  it('of several platforms has its own digest, no image ID, and each layer once', async () => {
    const digest = await write([['amd64'], ['arm64']]);
    const image = await readImage(directory, { digest });
    expect(image).toMatchObject({ digest, platforms: ['linux/amd64', 'linux/arm64'] });
    expect(image.imageId).toBeUndefined();
    expect(image.layers).toHaveLength(1);
  });

  it('with an attestation is one image still', async () => {
    await write([['amd64'], ['unknown', { 'vnd.docker.reference.type': 'attestation-manifest' }]]);
    const image = await readImage(directory, {});
    expect(image.platforms).toEqual(['linux/amd64']);
    expect(image.imageId).toBeDefined();
  });
});

describe('claimOf', () => {
  it.each([
    ['{"containerimage.digest":"a","containerimage.config.digest":"b","x":1}', { digest: 'a', imageId: 'b' }],
    ['{}', {}],
    ['null', {}],
    ['{"containerimage.digest":7}', {}],
  ])('reads %s', (text, claim) => {
    expect(claimOf(text)).toEqual(claim);
  });

  it('refuses what is not JSON', () => {
    expect(() => claimOf('{')).toThrow(expect.objectContaining({ code: 'BUILD_RESULT_UNEXPECTED' }));
  });
});
