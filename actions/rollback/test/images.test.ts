import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { SlipwayError } from '@slipway/core';
import { systemClock } from '@slipway/runtime';
import {
  OciLayout,
  RegistryClient,
  digestOf,
  layoutStorage,
  startRegistry,
  type Digest,
  type RunningRegistry,
} from '@slipway/oci';
import { createImages } from '../src/images.js';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const surroundings = { clock: systemClock, signal: new AbortController().signal };

let registry: RunningRegistry;
let folder: string;
let client: RegistryClient;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-images-'));
  registry = await startRegistry({ storage: layoutStorage(await OciLayout.create(folder)) });
  client = new RegistryClient({
    host: registry.host,
    repository: 'shop/web',
    clock: systemClock,
    deadline: Date.now() + 60_000,
  });
});
afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true });
});

const images = (host = registry.host) =>
  createImages({ credentials: () => Promise.resolve({ host, username: 'AWS', password: 'token' }) }, surroundings);

async function push(mediaType: string, content: object, tag?: string): Promise<Digest> {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, ...content }));
  await client.pushManifest({ digest: digestOf(bytes), mediaType, bytes }, tag);
  return digestOf(bytes);
}

/** An image whose config has these labels; returns its manifest's descriptor. */
async function pushImage(labels: object | null, tag?: string) {
  const config = Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', config: { Labels: labels } }));
  const blob = { digest: digestOf(config), size: config.length };
  await client.pushBlob({
    ...blob,
    open: () =>
      (async function* () {
        yield await Promise.resolve(config);
      })(),
  });
  const content = { config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...blob }, layers: [] };
  const digest = await push(MANIFEST, content, tag);
  return {
    mediaType: MANIFEST,
    digest,
    size: JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, ...content }).length,
  };
}

describe('the images of a candidate', () => {
  const labels = { 'org.opencontainers.image.revision': '0123456789abcdef' };

  it('are found by digest, with the commit that their label tells', async () => {
    const { digest } = await pushImage(labels);
    const found = await images().look(`${registry.host}/shop/web@${digest}`);
    expect(found).toEqual({ kind: 'present', digest, commit: '0123456789abcdef' });
  });

  it('are found by tag', async () => {
    const { digest } = await pushImage({ ...labels, tagged: 'yes' }, 'v1');
    expect(await images().look(`${registry.host}/shop/web:v1`)).toMatchObject({ kind: 'present', digest });
  });

  it('of several platforms tell the commit of the first', async () => {
    const image = await pushImage({ ...labels, platform: 'one' });
    const digest = await push(INDEX, { manifests: [image] });
    const found = await images().look(`${registry.host}/shop/web@${digest}`);
    expect(found).toEqual({ kind: 'present', digest, commit: '0123456789abcdef' });
  });

  it('without labels have no commit', async () => {
    const { digest } = await pushImage(null);
    expect(await images().look(`${registry.host}/shop/web@${digest}`)).toEqual({ kind: 'present', digest });
  });

  it('are gone when the registry says so', async () => {
    const digest = digestOf(Buffer.from('never pushed'));
    expect(await images().look(`${registry.host}/shop/web@${digest}`)).toEqual({ kind: 'gone' });
  });

  it('in another registry are not looked up', async () => {
    const found = await images('other.example').look(`${registry.host}/shop/web:v1`);
    expect(found).toEqual({ kind: 'unknown', because: expect.stringContaining('another registry') });
  });

  it('are unknown when the credentials are refused', async () => {
    const refused = new SlipwayError({ code: 'AWS_ACCESS_DENIED', message: 'No.', hint: 'Ask.' });
    const found = createImages({ credentials: () => Promise.reject(refused) }, surroundings);
    expect(await found.look(`${registry.host}/shop/web:v1`)).toEqual({ kind: 'unknown', because: 'No.' });
  });
});
