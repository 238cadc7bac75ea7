import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { digestOf, OCI_MANIFEST, OciLayout, type Digest } from '../src/index.js';
import { pieces, temporaryDirectories, writeBlob, writeImage, writeIndex } from './sample-image.js';

const directories = temporaryDirectories();
afterAll(() => directories.removeAll());

const newLayout = async (): Promise<OciLayout> => OciLayout.create(await directories.make());
const UNKNOWN: Digest = `sha256:${'0'.repeat(64)}`;

describe('OciLayout', () => {
  it('writes what another one opens', async () => {
    const layout = await newLayout();
    const { digest } = await writeImage(layout, 'v1');
    const opened = await OciLayout.open(layout.directory);
    expect([...(await opened.tags())]).toEqual([['v1', digest]]);
    expect(JSON.parse(await readFile(join(layout.directory, 'oci-layout'), 'utf8'))).toEqual({
      imageLayoutVersion: '1.0.0',
    });
  });

  it('refuses a directory that is no layout', async () => {
    await expect(OciLayout.open(await directories.make())).rejects.toMatchObject({ code: 'OCI_LAYOUT_INVALID' });
  });

  it.each([
    ['another version', 'oci-layout', '{"imageLayoutVersion":"2.0.0"}'],
    ['a marker that is not JSON', 'oci-layout', 'yes'],
    ['an index without manifests', 'index.json', '{}'],
    [
      'an index that names a path',
      'index.json',
      '{"manifests":[{"mediaType":"x","digest":"sha256:../../x","size":1}]}',
    ],
    ['an index that is null', 'index.json', 'null'],
  ])('refuses a layout with %s', async (_name, file, text) => {
    const layout = await newLayout();
    await writeFile(join(layout.directory, file), text);
    await expect(OciLayout.open(layout.directory)).rejects.toMatchObject({ code: 'OCI_LAYOUT_INVALID' });
  });

  it('is not created over another one', async () => {
    const layout = await newLayout();
    await expect(OciLayout.create(layout.directory)).rejects.toMatchObject({ code: 'OCI_LAYOUT_INVALID' });
  });

  it('moves a tag, and still lists what had it', async () => {
    const layout = await newLayout();
    const first = await writeImage(layout, 'latest');
    const second = await writeImage(layout, 'latest');
    expect([...(await layout.tags())]).toEqual([['latest', second.digest]]);
    expect((await layout.list()).map(({ digest }) => digest)).toEqual([first.digest, second.digest]);
  });

  it('lists an image once for each of its names', async () => {
    const layout = await newLayout();
    const { digest } = await writeImage(layout);
    const { bytes, mediaType } = await layout.readManifest(digest);
    for (const tag of ['a', 'b', 'a', undefined]) await layout.writeManifest({ bytes, mediaType }, tag);
    expect((await layout.list()).map((one) => Object.values(one.annotations ?? {}))).toEqual([['b'], ['a']]);
  });

  it('keeps every tag of many that are written at once', async () => {
    const layout = await newLayout();
    await Promise.all(Array.from({ length: 20 }, (_, at) => writeImage(layout, `t${at}`)));
    expect((await layout.tags()).size).toBe(20);
  });
});

describe('OciLayout.readManifest', () => {
  it('finds out that a manifest was changed', async () => {
    const layout = await newLayout();
    const { digest } = await writeImage(layout);
    await writeFile(layout.blobs.pathOf(digest), '{"manifests":[]}');
    await expect(layout.readManifest(digest)).rejects.toMatchObject({ code: 'OCI_DIGEST_MISMATCH' });
  });

  it('says which manifest is missing', async () => {
    await expect((await newLayout()).readManifest(UNKNOWN)).rejects.toMatchObject({ code: 'OCI_BLOB_MISSING' });
  });

  it('refuses a layer', async () => {
    const layout = await newLayout();
    const { digest } = await writeBlob(layout, Buffer.from('not JSON'));
    await expect(layout.readManifest(digest)).rejects.toMatchObject({ code: 'OCI_MANIFEST_INVALID' });
  });
});

describe('OciLayout.walk', () => {
  it('lists the children before the index, and every blob once', async () => {
    const layout = await newLayout();
    const { digest, children } = await writeIndex(layout);
    const { manifests, blobs } = await layout.walk(digest);
    expect(manifests.map((manifest) => manifest.digest)).toEqual([...children, digest]);
    expect(new Set(blobs.map((blob) => blob.digest)).size).toBe(4);
  });

  it('leaves out layers that lie elsewhere', async () => {
    const layout = await newLayout();
    const config = await writeBlob(layout, Buffer.from('{}'));
    const foreign = { mediaType: 'x', digest: UNKNOWN, size: 1, urls: ['https://example.com/layer'] };
    const bytes = Buffer.from(JSON.stringify({ mediaType: OCI_MANIFEST, config, layers: [foreign] }));
    const digest = await layout.writeManifest({ mediaType: OCI_MANIFEST, bytes });
    expect((await layout.walk(digest)).blobs).toEqual([config]);
  });

  it('says which layer is missing', async () => {
    const layout = await newLayout();
    const { digest, layer } = await writeImage(layout);
    await rm(layout.blobs.pathOf(layer.digest));
    await expect(layout.walk(digest)).rejects.toMatchObject({
      code: 'OCI_BLOB_MISSING',
      message: expect.stringContaining(layer.digest),
    });
  });

  it('says which layer was cut short', async () => {
    const layout = await newLayout();
    const { digest, layer } = await writeImage(layout);
    await writeFile(layout.blobs.pathOf(layer.digest), 'lay');
    await expect(layout.walk(digest)).rejects.toMatchObject({ code: 'OCI_LAYOUT_INVALID' });
  });
});

describe('BlobDirectory', () => {
  it('stores a stream under its digest and leaves no other file', async () => {
    const { blobs, directory } = await newLayout();
    const digest = digestOf(Buffer.from('hello'));
    await blobs.write(digest, pieces(Buffer.from('he'), Buffer.from('llo')));
    expect(await blobs.sizeOf(digest)).toBe(5);
    expect((await blobs.read(digest))?.toString()).toBe('hello');
    expect(await readdir(join(directory, 'blobs', 'sha256'))).toEqual([digest.slice(7)]);
  });

  it('stores nothing when the digest is another', async () => {
    const { blobs, directory } = await newLayout();
    await expect(blobs.write(UNKNOWN, pieces(Buffer.from('x')))).rejects.toMatchObject({ code: 'OCI_DIGEST_MISMATCH' });
    expect(await readdir(join(directory, 'blobs', 'sha256'))).toEqual([]);
  });

  it('never makes a path of what is no digest', async () => {
    const { blobs } = await newLayout();
    for (const wrong of ['sha256:../../index.json', `sha256:${'A'.repeat(64)}`, `${UNKNOWN}\n`, '']) {
      expect(() => blobs.pathOf(wrong as Digest)).toThrow(TypeError);
    }
  });
});
