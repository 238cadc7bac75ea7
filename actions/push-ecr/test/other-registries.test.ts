import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BatchGetImageCommand, CreateRepositoryCommand, ECRClient, ListImagesCommand } from '@aws-sdk/client-ecr';
import { startLocalAws, type LocalAws } from '@slipway/local-aws';
import { layoutStorage, OciLayout, startRegistry, type RunningRegistry } from '@slipway/oci';
import { runAction, type ActionEnd, type ActionStart } from '@slipway/testkit';
import { writeImage, writeIndex, type IndexImage } from './images.js';

const REGION = 'eu-central-1';
const SECRET = 'a-password-that-nobody-may-see';
const AUTH = Buffer.from(`robot:${SECRET}`).toString('base64');

let aws: LocalAws;
let ecr: ECRClient;
let folder: string;
let home: string;
let repository: string;
let image: IndexImage;
let registry: RunningRegistry;
let layout: OciLayout;
let config: string;
let count = 0;

beforeAll(async () => {
  aws = await startLocalAws({ tasks: 'simulated', validateResponses: true });
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
  ecr = new ECRClient({ region: REGION, endpoint: aws.endpoint, credentials });
});
afterAll(async () => {
  ecr.destroy();
  await aws.close();
});
beforeEach(async () => {
  count += 1;
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-others-'));
  home = path.join(folder, 'home');
  repository = `shop/others-${count}`;
  await ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
  image = await writeIndex(path.join(folder, 'layout'), [`amd64 of ${count}`, `arm64 of ${count}`]);
  layout = await OciLayout.create(path.join(folder, 'registry'));
  registry = await startRegistry({ storage: layoutStorage(layout), authorize: (given) => given === `Basic ${AUTH}` });
  // White space and an entry of another tool: whoever writes the file anew changes its bytes.
  config = `{ "auths": {"${registry.host}": {"auth":"${AUTH}"},\n  "registry.example.com": {"auth": "eDp5"} },  "HttpHeaders": {} }\n`;
  await mkdir(path.join(home, '.docker'), { recursive: true });
  await writeFile(path.join(home, '.docker/config.json'), config);
});
afterEach(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

function push(inputs: Readonly<Record<string, string>> = {}, more: Partial<ActionStart> = {}): Promise<ActionEnd> {
  return runAction({
    action: 'push-ecr',
    inputs: {
      ...{ 'oci-layout': image.directory, digest: image.digest, repository, tag: '1.0.0', 'aws-region': REGION },
      ...{ 'also-push-to': `${registry.host}/org/app`, ...inputs },
    },
    workspace: folder,
    temp: folder,
    timeoutMs: 25_000,
    ...more,
    environment: {
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'not-a-secret',
      HOME: home,
      ...more.environment,
    },
  });
}

/** Every file below a folder, but those that the tests themselves put there. */
async function filesBelow(directory: string): Promise<string[]> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  return found.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

/** The user's configuration is as it was, and the password is nowhere but in it and in what the runner masks. */
async function expectNothingLeft(end?: ActionEnd): Promise<void> {
  expect(await readFile(path.join(home, '.docker/config.json'), 'utf8')).toBe(config);
  expect(await readdir(path.join(home, '.docker'))).toEqual(['config.json']);
  for (const file of await filesBelow(folder)) {
    if (file.endsWith('.docker/config.json') || file.includes('docker-credential-')) continue;
    const text = await readFile(file, 'latin1');
    expect([file, text.includes(SECRET), text.includes(AUTH)]).toEqual([file, false, false]);
  }
  const shown = (end?.stdout ?? '').split('\n').filter((line) => !line.startsWith('::add-mask::'));
  for (const text of [...shown, end?.stderr ?? '']) {
    expect([text.includes(SECRET), text.includes(AUTH)]).toEqual([false, false]);
  }
}

describe('another registry', () => {
  it('gets the same digest, with Docker’s credentials, which stay where they are', async () => {
    const end = await push();
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', digest: image.digest, 'layers-pushed': '14' });
    expect((await layout.tags()).get('1.0.0')).toBe(image.digest);
    for (const one of [...image.children, ...image.signatures])
      expect((await layout.readManifest(one)).digest).toBe(one);
    await expectNothingLeft(end);
  });

  /** A credential helper of that name, on the PATH. */
  async function installHelper(name: string, script: string): Promise<Partial<ActionStart>> {
    const helper = path.join(folder, `docker-credential-${name}`);
    await writeFile(helper, `#!/bin/sh\n${script}\n`);
    await chmod(helper, 0o700);
    return { environment: { PATH: `${folder}:${process.env['PATH'] ?? ''}` } };
  }

  it('is asked for its credentials by a helper, without a shell', async () => {
    const answer = JSON.stringify({ ServerURL: registry.host, Username: 'robot', Secret: SECRET });
    // It answers only to what the protocol says: one argument, and the registry on its standard input.
    const script = `[ "$#$1" = 1get ] && [ "$(cat)" = '${registry.host}' ] && echo '${answer}'`;
    const more = await installHelper('vault', script);
    config = JSON.stringify({ credHelpers: { [registry.host]: 'vault' } });
    await writeFile(path.join(home, '.docker/config.json'), config);
    const end = await push({}, more);
    expect(end.errors).toEqual([]);
    expect((await layout.tags()).get('1.0.0')).toBe(image.digest);
    await expectNothingLeft(end);
  });

  it('that the helper of all registries does not know has the credentials that Docker wrote down', async () => {
    const more = await installHelper(
      'desktop',
      'cat >/dev/null; echo "credentials not found in native keychain"; exit 1',
    );
    config = JSON.stringify({ credsStore: 'desktop', auths: { [registry.host]: { auth: AUTH } } });
    await writeFile(path.join(home, '.docker/config.json'), config);
    const end = await push({}, more);
    expect(end.errors).toEqual([]);
    expect((await layout.tags()).get('1.0.0')).toBe(image.digest);
    await expectNothingLeft(end);
  });

  /** Another image has the tag in the other registry. */
  async function takeTag(tag: string): Promise<string> {
    const other = await writeImage(path.join(folder, 'other'), ['another']);
    const own = await OciLayout.open(other.directory);
    for (const digest of other.layers) await layout.blobs.write(digest, own.blobs.stream(digest));
    await layout.writeManifest(await own.readManifest(other.digest), tag);
    return other.digest;
  }

  it('whose tag names another image leaves it there, and everybody gets the tag with the digest', async () => {
    const theirs = await takeTag('1.0.0');
    const end = await push({
      'tag-taken': 'add-digest',
      'also-push-to': `${registry.host}/org/app\n${registry.host}/org/app:2.0`,
    });
    expect(end.errors).toEqual([]);
    const own = `1.0.0-${image.digest.slice('sha256:'.length).slice(0, 8)}`;
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', digest: image.digest, tag: own });
    // A tag of its own stays what it is: nobody else has it.
    const tags = Object.fromEntries(await layout.tags());
    expect(tags).toMatchObject({ '1.0.0': theirs, [own]: image.digest, '2.0': image.digest });
    const held = new BatchGetImageCommand({ repositoryName: repository, imageIds: [{ imageTag: own }] });
    expect((await ecr.send(held)).images?.[0]?.imageId?.imageDigest).toBe(image.digest);
    const listed = await ecr.send(new ListImagesCommand({ repositoryName: repository }));
    expect(listed.imageIds?.flatMap(({ imageTag }) => imageTag ?? [])).toEqual([own]);
    await expectNothingLeft(end);
  });

  it('whose own tag names another image keeps everything from being pushed, also where the digest is added', async () => {
    await takeTag('2.0');
    const end = await push({ 'tag-taken': 'add-digest', 'also-push-to': `${registry.host}/org/app:2.0` });
    expect(end.errors).toEqual([expect.stringMatching(/^PUSH_TAG_TAKEN: .*'2\.0' of 'org\/app'/)]);
    const listed = await ecr.send(new ListImagesCommand({ repositoryName: repository }));
    expect(listed.imageIds).toEqual([]);
  });

  it('with a tag that names another image keeps everything from being pushed', async () => {
    await takeTag('2.0');
    const start = aws.calls().length;
    const end = await push({ 'also-push-to': `${registry.host}/org/app:2.0` });
    expect(end.errors).toEqual([expect.stringMatching(/^PUSH_TAG_TAKEN: /)]);
    expect(
      aws
        .calls()
        .slice(start)
        .map(({ operation }) => operation),
    ).not.toContain('PutManifest');
    await expectNothingLeft(end);
  });

  it('that does not know us is an error, and shows no password', async () => {
    config = config.replace(AUTH, Buffer.from('robot:wrong-password').toString('base64'));
    await writeFile(path.join(home, '.docker/config.json'), config);
    const end = await push();
    expect(end.errors).toEqual([expect.stringMatching(/^OCI_REGISTRY_UNAUTHORIZED: /)]);
    expect(end.stderr + end.errors.join()).not.toContain('wrong-password');
    await expectNothingLeft(end);
  });

  it.each([
    ['no JSON', '{ "auths": ', 'PUSH_DOCKER_CONFIG'],
    ['a helper that is a path', '{ "credsStore": "../../bin/sh" }', 'PUSH_CREDENTIAL_HELPER'],
    ['a helper that is not there', '{ "credsStore": "nowhere" }', 'PUSH_CREDENTIAL_HELPER'],
  ])('with %s as Docker’s configuration is an error', async (_name, text, code) => {
    config = text;
    await writeFile(path.join(home, '.docker/config.json'), text);
    const end = await push();
    expect(end.errors).toEqual([expect.stringMatching(new RegExp(`^${code}: `))]);
    await expectNothingLeft(end);
  });
});

describe('a push that is cancelled', () => {
  let silent: Server;
  let isReached: Promise<void>;
  beforeEach(async () => {
    let reached: () => void = () => undefined;
    isReached = new Promise((resolve) => (reached = resolve));
    // It takes the upload, and never answers.
    silent = createServer((request, response) => {
      if (request.method === 'HEAD' || request.method === 'GET') return void response.writeHead(404).end();
      reached();
      request.resume();
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    await new Promise((resolve) => {
      silent.close(resolve);
      silent.closeAllConnections();
    });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('by %s leaves nothing of a secret, and no tag', async (signal) => {
    const host = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    config = config.replace(registry.host, host);
    await writeFile(path.join(home, '.docker/config.json'), config);
    const end = await push(
      { 'also-push-to': `${host}/org/app` },
      { onStart: (pid) => void isReached.then(() => process.kill(pid, signal)) },
    );
    expect(end.exitCode).not.toBe(0);
    expect(end.outputs['pushed']).toBeUndefined();
    await expectNothingLeft(end);
  });
});
