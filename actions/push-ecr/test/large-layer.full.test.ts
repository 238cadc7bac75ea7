import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { startLocalAws, type LocalAws } from '@slipway/local-aws';
import { digestOf, OCI_MANIFEST, OciLayout, type Digest } from '@slipway/oci';
import { runAction, type ActionEnd } from '@slipway/testkit';

const REGION = 'eu-central-1';
const [STAGING, PRODUCTION] = ['111111111111', '222222222222'];
const PUSH = `arn:aws:iam::${PRODUCTION}:role/push`;
const LAYER_BYTES = 300_000_000;
/** Of the whole process: Node and the SDK take about 100 MB of it, what is under way the rest. */
const MAX_MEMORY_BYTES = 150_000_000;
const LIMIT_MS = 120_000;

let aws: LocalAws;
let folder: string;
let digest: Digest;
let layer: Digest;

beforeAll(async () => {
  aws = await startLocalAws({
    tasks: 'simulated',
    accounts: [
      { accountId: STAGING, users: [{ accessKeyId: 'AKIASTAGING', name: 'sam' }], roles: [] },
      {
        accountId: PRODUCTION,
        users: [{ accessKeyId: 'AKIAPRODUCTION', name: 'pat' }],
        roles: [
          {
            name: 'push',
            trustPolicy: { Statement: { Effect: 'Allow', Principal: { AWS: STAGING }, Action: 'sts:AssumeRole' } },
            policies: [{ Statement: { Effect: 'Allow', Action: 'ecr:*', Resource: '*' } }],
          },
        ],
      },
    ],
  });
  for (const [accessKeyId, repositoryName] of [
    ['AKIASTAGING', 'shop/web'],
    ['AKIASTAGING', 'shop/promoted'],
    ['AKIAPRODUCTION', 'shop/web'],
  ] as const) {
    const credentials = { accessKeyId, secretAccessKey: 'secret' };
    const ecr = new ECRClient({ region: REGION, endpoint: aws.endpoint, credentials });
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    ecr.destroy();
  }
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-large-'));
  ({ digest, layer } = await writeLargeImage(path.join(folder, 'layout')));
}, LIMIT_MS);
afterAll(async () => {
  await aws?.close();
  await rm(folder, { recursive: true, force: true });
}, LIMIT_MS);

/** 300 MB whose pieces all differ, made as they are needed. */
async function* content(): AsyncGenerator<Buffer> {
  const piece = Buffer.alloc(1_000_000, 'a layer');
  for (let at = 0; at < LAYER_BYTES / piece.length; at += 1) {
    piece.writeUInt32BE(at);
    yield Buffer.from(piece);
  }
}

async function writeLargeImage(directory: string) {
  const layout = await OciLayout.create(directory);
  const hash = createHash('sha256');
  for await (const piece of content()) hash.update(piece);
  const large: Digest = `sha256:${hash.digest('hex')}`;
  await layout.blobs.write(large, content());
  const text = Buffer.from('{}');
  await layout.blobs.write(
    digestOf(text),
    (async function* () {
      yield await Promise.resolve(text);
    })(),
  );
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(text), size: text.length };
  const layers = [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: large, size: LAYER_BYTES }];
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers }));
  return { digest: await layout.writeManifest({ mediaType: OCI_MANIFEST, bytes }), layer: large };
}

/** A push, with the most memory that its process had when it read the image back: after every blob had passed. */
async function push(inputs: Readonly<Record<string, string>>): Promise<ActionEnd & { readonly peakBytes: number }> {
  let pid = 0;
  let peak: Promise<number> | undefined;
  const end = await runAction({
    action: 'push-ecr',
    inputs: { repository: 'shop/web', tag: '1.0.0', 'aws-region': REGION, ...inputs },
    workspace: folder,
    temp: folder,
    environment: { AWS_ENDPOINT_URL: aws.endpoint, AWS_ACCESS_KEY_ID: 'AKIASTAGING', AWS_SECRET_ACCESS_KEY: 'secret' },
    timeoutMs: LIMIT_MS,
    onStart: (started) => (pid = started),
    onLine: (line) => {
      if (line.includes(layer)) peak ??= peakOf(pid);
    },
  });
  return { ...end, peakBytes: (await peak) ?? 0 };
}

async function peakOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

function countsSince(start: number): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { operation } of aws.calls().slice(start)) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

const promote = (inputs: Readonly<Record<string, string>>) => push({ source: `shop/web@${digest}`, ...inputs });

describe('a layer of 300 MB', () => {
  it(
    'is pushed in little memory',
    async () => {
      const end = await push({ 'oci-layout': path.join(folder, 'layout'), digest });
      expect(end.errors).toEqual([]);
      expect(end.outputs).toMatchObject({ outcome: 'succeeded', 'bytes-pushed': String(LAYER_BYTES + 2) });
      expect(end.peakBytes).toBeGreaterThan(0);
      expect(end.peakBytes).toBeLessThan(MAX_MEMORY_BYTES);
    },
    LIMIT_MS,
  );

  it(
    'is promoted within a registry without a byte of it',
    async () => {
      const start = aws.calls().length;
      const end = await promote({ repository: 'shop/promoted' });
      expect(end.outputs).toMatchObject({ outcome: 'succeeded', 'bytes-pushed': '0', 'layers-reused': '2' });
      const counts = countsSince(start);
      expect([counts['MountBlob'], counts['GetBlob'], counts['UploadChunk']]).toEqual([2, undefined, undefined]);
    },
    LIMIT_MS,
  );

  it(
    'is promoted to another registry in little memory, read once',
    async () => {
      const start = aws.calls().length;
      const end = await promote({ 'target-role': PUSH });
      expect(end.errors).toEqual([]);
      expect(end.outputs).toMatchObject({ outcome: 'succeeded', 'bytes-pushed': String(LAYER_BYTES + 2) });
      const counts = countsSince(start);
      expect([counts['GetBlob'], counts['UploadChunk']]).toEqual([2, 2]);
      expect(end.peakBytes).toBeGreaterThan(0);
      expect(end.peakBytes).toBeLessThan(MAX_MEMORY_BYTES);
    },
    LIMIT_MS,
  );
});
