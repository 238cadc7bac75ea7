import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OCI_INDEX, OciLayout } from '@slipway/oci';
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

  it('refuses no image, two images, and an index', async () => {
    const layout = await OciLayout.create(directory);
    const refused = { code: 'BUILD_RESULT_UNEXPECTED' };
    await expect(readImage(directory, {})).rejects.toMatchObject(refused);
    await layout.writeManifest(index);
    await expect(readImage(directory, {})).rejects.toMatchObject(refused);
    await layout.writeManifest({ ...index, bytes: Buffer.concat([index.bytes, Buffer.from('\n')]) });
    await expect(readImage(directory, {})).rejects.toMatchObject(refused);
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
