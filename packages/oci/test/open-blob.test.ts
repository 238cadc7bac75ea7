import { afterEach, describe, expect, it } from '@jest/globals';
import {
  digestOf,
  layoutStorage,
  OciLayout,
  RegistryClient,
  startRegistry,
  type RunningRegistry,
} from '../src/index.js';
import { pieces, temporaryDirectories } from './sample-image.js';

const directories = temporaryDirectories();
let registry: RunningRegistry;
afterEach(async () => {
  await registry.close();
  await directories.removeAll();
});

async function connect(): Promise<RegistryClient> {
  registry = await startRegistry({ storage: layoutStorage(await OciLayout.create(await directories.make())) });
  const clock = { now: () => 0, sleep: () => Promise.resolve() };
  return new RegistryClient({ host: registry.host, repository: 'shop/web', clock, deadline: 60_000 });
}

const blobOf = (text: string) => ({
  digest: digestOf(Buffer.from(text)),
  size: text.length,
  open: () => pieces(Buffer.from(text)),
});

async function read(blob: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  // A piece is gone when the next is asked for.
  for await (const chunk of blob) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

describe('openBlob', () => {
  it('gives the bytes of a blob, and proves them', async () => {
    const client = await connect();
    const blob = blobOf('some bytes');
    await client.pushBlob(blob);
    expect(await read(client.openBlob(blob))).toBe('some bytes');
    await expect(read(client.openBlob({ ...blob, size: 3 }))).rejects.toMatchObject({ code: 'OCI_DIGEST_MISMATCH' });
  });

  it('fails for a blob that is not there, and for a registry that is down', async () => {
    const client = await connect();
    await expect(read(client.openBlob(blobOf('none')))).rejects.toMatchObject({ code: 'OCI_REGISTRY_REFUSED' });
    await registry.close();
    await expect(read(client.openBlob(blobOf('none')))).rejects.toMatchObject({ code: 'OCI_REGISTRY_UNAVAILABLE' });
  });
});
