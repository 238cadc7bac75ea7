import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  type ECRClient,
  GetAuthorizationTokenCommand,
  type ImageTagMutability,
} from '@aws-sdk/client-ecr';
import type { LocalAws } from '@slipway/local-aws';
import type { ActionEnd } from '@slipway/testkit';
import { writeImage, writeSecondImage, type LayoutImage } from './images.js';
import { openScene, REGION, type Scene } from './scene.js';

const ACCOUNT = '123456789012';

let scene: Scene;
let aws: LocalAws;
let ecr: ECRClient;
let folder: string;
let repository: string;
let image: LayoutImage;
let count = 0;

beforeAll(async () => {
  scene = await openScene();
  ({ aws, ecr, folder } = scene);
});
afterAll(() => scene.close());
beforeEach(async () => {
  count += 1;
  repository = `shop/web-${count}`;
  image = await writeImage(path.join(folder, `layout-${count}`), [`layer one of ${count}`, 'a layer that all share']);
});

async function createRepository(imageTagMutability: ImageTagMutability = 'IMMUTABLE'): Promise<void> {
  await ecr.send(new CreateRepositoryCommand({ repositoryName: repository, imageTagMutability }));
}

function push(inputs: Readonly<Record<string, string>> = {}, pushed: LayoutImage = image): Promise<ActionEnd> {
  return scene.push({ 'oci-layout': pushed.directory, digest: pushed.digest, repository, ...inputs });
}

/** What the registry holds under a tag, by its own API. */
async function stored(imageTag: string): Promise<{ digest: string | undefined; computed: string } | undefined> {
  const { images } = await ecr.send(new BatchGetImageCommand({ repositoryName: repository, imageIds: [{ imageTag }] }));
  const found = images?.[0];
  if (!found) return undefined;
  const computed = `sha256:${createHash('sha256')
    .update(found.imageManifest ?? '')
    .digest('hex')}`;
  return { digest: found.imageId?.imageDigest, computed };
}

function callsSince(start: number): string[] {
  return aws
    .calls()
    .slice(start)
    .map(({ operation }) => operation);
}

describe('a push', () => {
  it('leaves in the registry the very digest that was tested', async () => {
    await createRepository();
    const end = await push({ 'allowed-account-ids': ACCOUNT });
    expect(end.errors).toEqual([]);
    expect(end.exitCode).toBe(0);
    expect(end.outputs).toMatchObject({
      outcome: 'succeeded',
      ...{ repository, tag: '1.0.0', digest: image.digest, pushed: 'true' },
    });
    expect(await stored('1.0.0')).toEqual({ digest: image.digest, computed: image.digest });
    expect(end.stdout).toMatch(new RegExp(`${image.layers[0]}.*sent`));
    expect(end.report).toMatchObject({ bytesSent: expect.any(Number) as unknown });
  });

  it('is no push when the tag names the image already', async () => {
    await createRepository('IMMUTABLE');
    await push();
    const again = await push();
    expect(again.exitCode).toBe(0);
    expect(again.outputs).toMatchObject({ outcome: 'unchanged', digest: image.digest, pushed: 'false' });
  });

  it('sends no blob that the repository has', async () => {
    await createRepository();
    await push();
    const start = aws.calls().length;
    const second = await push({ tag: '1.0.1' });
    const [reused, all] = [String(image.layers.length + 1), { outcome: 'succeeded', digest: image.digest }];
    expect(second.outputs).toMatchObject({
      ...all,
      'layers-pushed': '0',
      'layers-reused': reused,
      'bytes-pushed': '0',
    });
    // The repository has the whole image: nothing of it is asked for, and nothing but the tag is written.
    expect(callsSince(start).filter((one) => /Blob|Upload|Manifest/.test(one))).toEqual(['PutManifest']);
    expect(await stored('1.0.1')).toEqual({ digest: image.digest, computed: image.digest });
  });

  it('sends what is new beside layers that the repository has', async () => {
    await createRepository();
    await push();
    const next = await writeImage(path.join(folder, `next-${count}`), [
      `a new one of ${count}`,
      'a layer that all share',
    ]);
    const second = await push({ tag: '1.0.1' }, next);
    expect(second.outputs).toMatchObject({ digest: next.digest, 'layers-pushed': '2', 'layers-reused': '1' });
    expect(await stored('1.0.1')).toEqual({ digest: next.digest, computed: next.digest });
  });

  it('shows the password to nobody and writes it nowhere', async () => {
    await createRepository();
    const end = await push();
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const token = authorizationData?.[0]?.authorizationToken ?? '';
    const [, password = ''] = Buffer.from(token, 'base64').toString().split(':');
    expect(password.length).toBeGreaterThan(8);
    // The commands by which the runner learns what to mask are the one place for it.
    const shown = end.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    expect(end.commands.filter(({ name }) => name === 'add-mask').map(({ message }) => message)).toEqual(
      expect.arrayContaining([password, token]),
    );
    for (const text of [...shown, end.stderr, end.summary, JSON.stringify([end.outputs, end.state, end.report])]) {
      expect(text).not.toContain(password);
      expect(text).not.toContain(token);
    }
    expect(await readdir(folder)).not.toContain('.docker');
  });

  it('only says what it would do on a dry run', async () => {
    await createRepository();
    const start = aws.calls().length;
    const end = await push({ 'dry-run': 'true' });
    expect(end.outputs).toMatchObject({ outcome: 'planned', repository, tag: '1.0.0', pushed: 'false' });
    expect(end.outputs).not.toHaveProperty('digest');
    expect(callsSince(start)).not.toContain('GetAuthorizationToken');
    expect(await stored('1.0.0')).toBeUndefined();
  });
});

describe('a tag that names another image', () => {
  let other: LayoutImage;
  beforeEach(async () => {
    other = await writeImage(path.join(folder, `other-${count}`), [`another layer of ${count}`]);
  });

  it('is not moved, and nothing is pushed', async () => {
    await createRepository('MUTABLE');
    await push({}, other);
    const start = aws.calls().length;
    const end = await push();
    expect(end.exitCode).toBe(1);
    expect(end.errors).toEqual([expect.stringMatching(/^PUSH_TAG_TAKEN: /)]);
    expect(
      aws
        .calls()
        .slice(start)
        .map(({ service }) => service),
    ).not.toContain('registry');
    expect(await stored('1.0.0')).toMatchObject({ digest: other.digest });
  });

  it('is moved when that was asked for', async () => {
    await createRepository('MUTABLE');
    await push({}, other);
    const end = await push({ 'move-tag': 'true' });
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', digest: image.digest, pushed: 'true' });
    expect(await stored('1.0.0')).toMatchObject({ digest: image.digest });
  });

  it('stays, and the image gets one with its digest, the same however often it is pushed', async () => {
    await createRepository('IMMUTABLE');
    await push({}, other);
    const own = `1.0.0-${image.digest.slice('sha256:'.length).slice(0, 8)}`;
    const end = await push({ 'tag-taken': 'add-digest' });
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', digest: image.digest, tag: own, pushed: 'true' });
    expect(end.summary).toContain(own);
    expect(await stored('1.0.0')).toMatchObject({ digest: other.digest });
    expect(await stored(own)).toMatchObject({ digest: image.digest });
    const again = await push({ 'tag-taken': 'add-digest' });
    expect(again.outputs).toMatchObject({ outcome: 'unchanged', digest: image.digest, tag: own });
    // The tag is free for whoever names the same image.
    const first = await push({ 'tag-taken': 'add-digest' }, other);
    expect(first.outputs).toMatchObject({ outcome: 'unchanged', tag: '1.0.0' });
  });

  it('stays where the repository keeps its tags', async () => {
    await createRepository('IMMUTABLE');
    await push({}, other);
    const end = await push({ 'move-tag': 'true' });
    expect(end.errors).toEqual([expect.stringMatching(/^PUSH_TAG_IMMUTABLE: /)]);
    expect(await stored('1.0.0')).toMatchObject({ digest: other.digest });
  });
});

describe('nothing is pushed', () => {
  const nothing = async (end: ActionEnd, code: string): Promise<void> => {
    expect(end.exitCode).toBe(1);
    expect(end.outputs['outcome']).toBe('failed');
    expect(end.outputs).not.toHaveProperty('digest');
    expect(end.errors).toEqual([expect.stringMatching(new RegExp(`^${code}: `))]);
    expect(await stored('1.0.0').catch(() => undefined)).toBeUndefined();
  };

  it('to a repository that there is not; the hint makes it', async () => {
    const end = await push();
    await nothing(end, 'PUSH_REPOSITORY_NOT_FOUND');
    expect(end.errors[0]).toContain(`aws ecr create-repository --repository-name ${repository} --region ${REGION}`);
  });

  it('to another account, of which nothing else is asked', async () => {
    await createRepository();
    const start = aws.calls().length;
    await nothing(await push({ 'allowed-account-ids': '210987654321' }), 'AWS_ACCOUNT_NOT_ALLOWED');
    expect(callsSince(start).slice(0, -1)).toEqual(['GetCallerIdentity']);
  });

  it('of a layout with another image', async () => {
    await createRepository();
    await nothing(await push({ digest: `sha256:${'0'.repeat(64)}` }), 'PUSH_DIGEST_NOT_IN_LAYOUT');
  });

  it('of a layout with two images', async () => {
    await createRepository();
    await writeSecondImage(image.directory);
    await nothing(await push(), 'PUSH_DIGEST_NOT_IN_LAYOUT');
  });

  it('of a layout whose bytes were changed', async () => {
    await createRepository();
    const layer = path.join(image.directory, 'blobs/sha256', (image.layers[0] ?? '').slice('sha256:'.length));
    const bytes = await readFile(layer);
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    await writeFile(layer, bytes);
    await nothing(await push(), 'PUSH_LAYOUT_DAMAGED');
  });

  it('of a layout whose bytes were changed on a dry run either', async () => {
    await createRepository();
    await writeFile(path.join(image.directory, 'blobs/sha256', (image.layers[0] ?? '').slice('sha256:'.length)), 'x');
    await nothing(await push({ 'dry-run': 'true' }), 'PUSH_LAYOUT_DAMAGED');
  });

  it('of a layout that lost a layer', async () => {
    await createRepository();
    await rm(path.join(image.directory, 'blobs/sha256', (image.layers[0] ?? '').slice('sha256:'.length)));
    await nothing(await push(), 'PUSH_LAYOUT_DAMAGED');
  });

  it('of a folder that is no layout', async () => {
    await createRepository();
    await nothing(await push({ 'oci-layout': folder }), 'OCI_LAYOUT_INVALID');
  });

  it('under a tag or a repository that could be an option', async () => {
    const end = await push({ tag: '--force', repository: '-x' });
    expect(end.errors).toEqual([expect.stringMatching(/^INPUT_INVALID: 2 inputs/)]);
  });
});

describe('two pushes of one tag at once', () => {
  it('of the same image both succeed', async () => {
    await createRepository();
    const ends = await Promise.all([push(), push()]);
    expect(ends.flatMap(({ errors }) => errors)).toEqual([]);
    expect(ends.map(({ outputs }) => outputs['digest'])).toEqual([image.digest, image.digest]);
    expect(await stored('1.0.0')).toEqual({ digest: image.digest, computed: image.digest });
  });

  it('of two images give the tag to one of them, and tell the other', async () => {
    await createRepository();
    const other = await writeImage(path.join(folder, `other-${count}`), [`another layer of ${count}`]);
    const ends = await Promise.all([push(), push({}, other)]);
    const errors = ends.flatMap((end) => end.errors);
    expect(errors).toEqual([expect.stringMatching(/^PUSH_TAG_TAKEN: /)]);
    const winner = ends.find((end) => end.errors.length === 0);
    expect((await stored('1.0.0'))?.digest).toBe(winner?.outputs['digest']);
  });
});
