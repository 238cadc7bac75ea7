import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EcrPort, StoredManifest } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import { collectImage, digestOf, layoutSource, OciLayout, pushImage, RegistryClient } from '@slipway/oci';
import type { DockerPort } from '@slipway/process';
import type { PushContext } from '../src/inputs.js';
import type { PushImage } from '../src/push-image.js';
import { run, type Ports } from '../src/run.js';
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

/** A run against a registry whose tag names one image after the other, the last for ever; by digest it has none. */
function start(
  tags: (StoredManifest | undefined)[],
  ports: PushImage | Pick<Ports, 'pushImage' | 'docker'>,
  inputs: Partial<PushContext['inputs']> = {},
) {
  const docker: DockerPort = () => Promise.reject(new Error('No engine was to be asked.'));
  const reached = typeof ports === 'function' ? { pushImage: ports, docker } : ports;
  let looks = 0;
  const ecr: EcrPort = {
    credentials: () => Promise.resolve({ host: '127.0.0.1:1', username: 'AWS', password: 'a-long-password' }),
    repository: () => Promise.resolve({ uri: '127.0.0.1:1/shop/web', arn: 'arn' }),
    manifest: (_repository, image) =>
      Promise.resolve('tag' in image ? tags[Math.min(looks++, tags.length - 1)] : undefined),
  };
  const sts = { accountId: () => Promise.resolve('123456789012') };
  const none = () => Promise.reject(new Error('not asked for'));
  const others = { repositories: { create: none, ensureLifecyclePolicy: none }, scans: { scan: none, start: none } };
  const target = { region: 'eu-central-1', label: 'eu-central-1', ecr, sts, ...others };
  return run(contextWith(inputs), { connect: () => target, ...reached });
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
        'scan-unsupported': 'fail',
      },
      ...{ 'oci-layout': image.directory, digest: image.digest, repository: 'shop/web', tag: '1', source: nothing },
      image: nothing,
      ...{
        'also-push-to-ecr': [],
        'target-role': [],
        'source-role': [],
        'source-region': nothing,
        'timeout-minutes': 60,
      },
      ...{ 'move-tag': false, 'tag-taken': 'fail', 'aws-region': nothing, 'allowed-account-ids': [], 'dry-run': false },
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
    saveState: (name, value) => void done.push(`state ${name}=${value}`),
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
      ...['mask a-long-password', `mask ${token}`, 'repository=shop/web', 'tag=1', 'push'],
      ...[`digest=${image.digest}`, 'registry=127.0.0.1:1', `image-uri=127.0.0.1:1/shop/web@${image.digest}`],
      ...['pushed=true', 'layers-pushed=0', 'layers-reused=0', 'bytes-pushed=0'],
    ]);
  });

  it('says that another job took the tag meanwhile', async () => {
    const refused = start([undefined, OTHER], fails('OCI_REGISTRY_REFUSED'));
    await expect(refused).rejects.toMatchObject({ code: 'PUSH_TAG_TAKEN' });
    expect(done).not.toContainEqual(expect.stringMatching(/^digest=/));
  });

  it('is well when another job pushed the same image meanwhile, and the second write was refused', async () => {
    const end = await start([undefined, await ours()], fails('OCI_REGISTRY_REFUSED'));
    expect(end).toEqual({ outcome: 'succeeded' });
    expect(done).toContain(`digest=${image.digest}`);
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

describe('an image of the engine', () => {
  const ID = digestOf(Buffer.from(JSON.stringify({ contents: ['a layer'] })));
  const byName = { image: 'web:ci', 'oci-layout': undefined };

  /** An engine that answers as Docker does, and hands `image` over. */
  function engine(answers: { readonly id?: string; readonly reachesUs?: boolean; readonly pushes?: boolean } = {}) {
    const { id = ID, reachesUs = true, pushes = true } = answers;
    const docker: DockerPort = async ({ args }) => {
      done.push(`docker ${args.slice(0, 2).join(' ')}`);
      const [host, name] = (args.at(-1) ?? '').split(/:(?=none|image)/)[0]?.split('/') ?? [];
      if (args[1] === 'inspect') {
        const none = { exitCode: 1, stdout: '', stderr: 'Error: No such image: web:ci' };
        return id === '' ? none : { exitCode: 0, stdout: `${id}\n`, stderr: '' };
      }
      if (args[0] === 'pull' && reachesUs) await fetch(`http://${host}/v2/${name}/manifests/none`);
      if (args[0] === 'pull') return { exitCode: 1, stdout: '', stderr: 'Error response from daemon: refused' };
      if (args[0] === 'push') {
        const client = new RegistryClient({ host: `${host}`, repository: `${name}`, ...TIME });
        const collected = await collectImage(layoutSource(await OciLayout.open(image.directory)), image.digest);
        if (pushes) await pushImage(client, { image: collected, tag: 'image' });
      }
      return { exitCode: 0, stdout: '', stderr: '' };
    };
    return docker;
  }
  const TIME = { clock: { now: () => 0, sleep: () => Promise.resolve() }, deadline: 60_000 };
  const left = () => readdir(path.join(folder, 'slipway')).catch(() => []);

  it.each([
    ['its id', ID],
    ['its manifest', undefined],
  ])('is pushed when what was tested is %s, and nothing of the way is left', async (_name, tested) => {
    const inputs = { ...byName, digest: tested ?? image.digest };
    const end = await start([undefined, await ours()], { pushImage: pushes, docker: engine() }, inputs);
    expect(end).toEqual({ outcome: 'succeeded' });
    expect(done).toContain(`digest=${image.digest}`);
    expect(done.filter((one) => one.startsWith('docker'))).toEqual(
      ['image inspect', 'pull 127', 'tag', 'push --quiet', 'image rm'].map((one) => expect.stringContaining(one)),
    );
    // What a killed run leaves is written down before it is there.
    const name = done.findIndex((one) => one.startsWith('state temporaryTag='));
    expect(name).toBeGreaterThan(0);
    expect(name).toBeLessThan(done.findIndex((one) => one.startsWith('docker tag')));
    expect(await left()).toEqual([]);
  });

  it.each([
    { when: 'the engine has it not', answers: { id: '' }, code: 'PUSH_IMAGE_NOT_FOUND' },
    { when: 'the engine does not reach us', answers: { reachesUs: false }, code: 'PUSH_ENGINE_FAILED' },
    { when: 'the engine hands nothing over', answers: { pushes: false }, code: 'PUSH_ENGINE_FAILED' },
    { when: 'the engine hands another one over', answers: { id: OTHER.digest }, code: 'PUSH_ENGINE_FAILED' },
    { when: 'another one was tested', answers: {}, digest: OTHER.digest, code: 'PUSH_DIGEST_NOT_TESTED' },
  ])('is not pushed when $when', async ({ answers, digest = ID, code }) => {
    const refused = start([undefined], { pushImage: pushes, docker: engine(answers) }, { ...byName, digest });
    await expect(refused).rejects.toMatchObject({ code });
    expect(done).not.toContain('push');
    expect(await left()).toEqual([]);
  });

  it('is not pushed where there is no Docker', async () => {
    const missing: DockerPort = () =>
      Promise.reject(new SlipwayError({ code: 'PROCESS_NOT_STARTED', message: 'There is no docker.', hint: 'none' }));
    const refused = start([undefined], { pushImage: pushes, docker: missing }, { ...byName, digest: ID });
    await expect(refused).rejects.toMatchObject({
      code: 'PUSH_ENGINE_FAILED',
      message: expect.stringMatching(/no docker\.$/),
    });
  });
});
