import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EcrPort, StoredManifest } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import type { PushContext } from '../src/inputs.js';
import type { PushImage } from '../src/push-image.js';
import { run } from '../src/run.js';
import { writeImage, type LayoutImage } from './images.js';

let folder: string;
let image: LayoutImage;
/** What was done, in its order. */
let done: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-push-unit-'));
  image = await writeImage(path.join(folder, 'layout'), ['a layer']);
  done = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const OTHER: StoredManifest = {
  digest: `sha256:${createHash('sha256').update('other').digest('hex')}`,
  text: 'other',
};

async function ours(): Promise<StoredManifest> {
  const name = image.digest.slice('sha256:'.length);
  return { digest: image.digest, text: await readFile(path.join(image.directory, 'blobs/sha256', name), 'utf8') };
}

/** A run against a registry whose tag names one image after the other, the last for ever. */
function start(
  tags: (StoredManifest | undefined)[],
  pushImage: PushImage,
  inputs: Partial<PushContext['inputs']> = {},
) {
  let looks = 0;
  const ecr: EcrPort = {
    credentials: () => Promise.resolve({ host: '127.0.0.1:1', username: 'AWS', password: 'a-long-password' }),
    repository: () => Promise.resolve({ uri: '127.0.0.1:1/shop/web', arn: 'arn' }),
    manifest: () => Promise.resolve(tags[Math.min(looks++, tags.length - 1)]),
  };
  const sts = { accountId: () => Promise.resolve('123456789012') };
  const none = () => Promise.reject(new Error('not asked for'));
  const others = { repositories: { create: none }, scans: { scan: none, start: none } };
  const target = { region: 'eu-central-1', label: 'eu-central-1', ecr, sts, ...others };
  return run(contextWith(inputs), { connect: () => target, pushImage });
}

function contextWith(inputs: Partial<PushContext['inputs']>): PushContext {
  const silent = () => undefined;
  const nothing = undefined;
  let now = 0;
  return {
    inputs: {
      ...{
        'also-push-to': [],
        reports: nothing,
        'create-repository': false,
        'immutable-tags': true,
        'scan-on-push': true,
        'kms-key': nothing,
      },
      ...{
        'lifecycle-policy': nothing,
        'fail-on-severity': nothing,
        'scan-ignore': nothing,
        'scan-timeout-minutes': 10,
      },
      ...{ 'oci-layout': image.directory, digest: image.digest, repository: 'shop/web', tag: '1', source: nothing },
      ...{
        'also-push-to-ecr': [],
        'target-role': [],
        'source-role': [],
        'source-region': nothing,
        'timeout-minutes': 60,
      },
      ...{ 'move-tag': false, 'aws-region': nothing, 'allowed-account-ids': [], 'dry-run': false },
      ...{ 'role-to-assume': [], 'role-session-name': nothing, 'role-duration-seconds': 3600 },
      ...inputs,
    },
    log: {
      ...{ info: silent, debug: silent, warning: silent, error: silent, untrusted: silent },
      group: async (_title, body) => body(),
    },
    github: {
      ...{ workspace: folder, temp: folder, repository: nothing, sha: nothing, ref: nothing, eventName: nothing },
      ...{ serverUrl: 'https://github.com', apiUrl: 'https://api.github.com', runId: nothing, runAttempt: nothing },
    },
    clock: { now: () => now, sleep: (ms) => Promise.resolve(void (now += ms)) },
    signal: new AbortController().signal,
    environment: {},
    setOutput: (name, value) => void done.push(`${name}=${value}`),
    mask: (secret) => void done.push(`mask ${secret}`),
    saveState: silent,
    getState: () => '',
    summarise: () => Promise.resolve(),
    report: silent,
  };
}

const pushes: PushImage = () => Promise.resolve(void done.push('push'));
const fails =
  (code: string): PushImage =>
  () =>
    Promise.reject(new SlipwayError({ code, message: 'no', hint: 'none' }));

describe('a push', () => {
  it('masks the password and the token before it begins', async () => {
    const end = await start([undefined, await ours()], pushes);
    expect(end).toEqual({ outcome: 'succeeded' });
    const token = Buffer.from('AWS:a-long-password').toString('base64');
    expect(done).toEqual([
      ...['repository=shop/web', 'tag=1', 'mask a-long-password', `mask ${token}`, 'push'],
      ...[`digest=${image.digest}`, 'registry=127.0.0.1:1', `image-uri=127.0.0.1:1/shop/web@${image.digest}`],
      ...['pushed=true', 'layers-pushed=0', 'layers-reused=0', 'bytes-pushed=0'],
    ]);
  });

  it('says that another job took the tag meanwhile', async () => {
    const refused = start([undefined, OTHER], fails('OCI_REGISTRY_REFUSED'));
    await expect(refused).rejects.toMatchObject({ code: 'PUSH_TAG_TAKEN' });
    expect(done).not.toContainEqual(expect.stringMatching(/^digest=/));
  });

  it('says that a tag may not be moved', async () => {
    const refused = start([OTHER], fails('OCI_REGISTRY_REFUSED'), { 'move-tag': true });
    await expect(refused).rejects.toMatchObject({ code: 'PUSH_TAG_IMMUTABLE' });
  });

  it.each(['OCI_REGISTRY_UNAVAILABLE', 'OCI_REGISTRY_UNAUTHORIZED', 'OCI_REGISTRY_ABORTED'])(
    'does not blame the tag for %s',
    async (code) => {
      await expect(start([OTHER], fails(code), { 'move-tag': true })).rejects.toMatchObject({ code });
    },
  );

  it('is no success when the tag names another image after it', async () => {
    const moved = start([undefined, OTHER], pushes, {});
    await expect(moved).rejects.toMatchObject({ code: 'PUSH_NOT_VERIFIED' });
    expect(done).not.toContain('pushed=true');
  });
});
