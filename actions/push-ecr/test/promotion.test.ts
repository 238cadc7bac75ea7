import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BatchGetImageCommand, CreateRepositoryCommand, type ECRClient } from '@aws-sdk/client-ecr';
import type { LocalAws } from '@slipway/local-aws';
import { digestOf } from '@slipway/oci';
import type { ActionEnd } from '@slipway/testkit';
import { writeImage, writeIndex, type IndexImage } from './images.js';
import { openScene, type Scene } from './scene.js';

let scene: Scene;
let aws: LocalAws;
let ecr: ECRClient;
let folder: string;
let staging: string;
let production: string;
let image: IndexImage;
let count = 0;

beforeAll(async () => {
  scene = await openScene();
  ({ aws, ecr, folder } = scene);
});
afterAll(() => scene.close());
beforeEach(async () => {
  count += 1;
  [staging, production] = [`staging/web-${count}`, `production/web-${count}`];
  for (const repositoryName of [staging, production]) {
    await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }));
  }
  image = await writeIndex(path.join(folder, `layout-${count}`), [`amd64 of ${count}`, `arm64 of ${count}`]);
});

const push = (inputs: Readonly<Record<string, string>>): Promise<ActionEnd> => scene.push(inputs);
const pushLayout = () => push({ 'oci-layout': image.directory, digest: image.digest, repository: staging });
const promote = (inputs: Readonly<Record<string, string>> = {}) =>
  push({ source: `${staging}@${image.digest}`, repository: production, ...inputs });

/** The digests, computed, of what the repository holds of those asked for. */
async function held(repositoryName: string, digests: readonly string[]): Promise<string[]> {
  const imageIds = digests.map((imageDigest) => ({ imageDigest }));
  const { images } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }));
  return (images ?? []).map(({ imageManifest }) => digestOf(Buffer.from(imageManifest ?? '')));
}

function requestsSince(start: number): string[] {
  return aws
    .calls()
    .slice(start)
    .map(({ operation }) => operation);
}

describe('an image of several platforms', () => {
  it('is pushed with every platform and every signature, each read back', async () => {
    const start = aws.calls().length;
    const end = await pushLayout();
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({
      ...{ outcome: 'succeeded', digest: image.digest, pushed: 'true', registry: aws.registryHost },
      'image-uri': `${aws.registryHost}/${staging}@${image.digest}`,
      // Two layers and two configs of the platforms, two signatures and the empty config that both share.
      ...{ 'layers-pushed': '7', 'layers-reused': '0', 'bytes-pushed': String(end.report?.['bytesSent']) },
    });
    const all = [image.digest, ...image.children, ...image.signatures];
    expect((await held(staging, all)).sort()).toEqual([...all].sort());
    // The tag's look, its read-back, and one read-back of each of the others.
    expect(requestsSince(start).filter((one) => one === 'BatchGetImage').length).toBeGreaterThanOrEqual(2 + 4);
  });

  it('gets a signature that came later, although its tag is there', async () => {
    const signed = image;
    image = await writeIndex(path.join(folder, `bare-${count}`), [`amd64 of ${count}`, `arm64 of ${count}`], false);
    expect(image.digest).toBe(signed.digest);
    await pushLayout();
    image = signed;
    expect((await pushLayout()).outputs).toMatchObject({ outcome: 'succeeded', pushed: 'true', 'layers-pushed': '3' });
    expect((await held(staging, signed.signatures)).length).toBe(2);
    expect((await pushLayout()).outputs).toMatchObject({ outcome: 'unchanged', pushed: 'false' });
  });
});

describe('a promotion', () => {
  it('within one registry moves no byte of a blob', async () => {
    await pushLayout();
    const start = aws.calls().length;
    const end = await promote();
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({
      ...{ outcome: 'succeeded', digest: image.digest, repository: production, pushed: 'true' },
      ...{ 'layers-pushed': '0', 'layers-reused': '7', 'bytes-pushed': '0' },
    });
    const requests = requestsSince(start);
    expect(requests.filter((one) => one === 'MountBlob')).toHaveLength(7);
    expect(requests).not.toEqual(expect.arrayContaining(['GetBlob']));
    expect(requests).not.toEqual(expect.arrayContaining(['UploadChunk']));
    const all = [image.digest, ...image.children, ...image.signatures];
    expect((await held(production, all)).sort()).toEqual([...all].sort());
  });

  it('is nothing when the tag names the image already', async () => {
    await pushLayout();
    await promote();
    expect((await promote({ digest: image.digest })).outputs).toMatchObject({ outcome: 'unchanged', pushed: 'false' });
  });

  it('with a tag that names another image is refused before anything is pushed', async () => {
    await pushLayout();
    const other = await writeImage(path.join(folder, `other-${count}`), ['another']);
    await push({ 'oci-layout': other.directory, digest: other.digest, repository: production });
    const start = aws.calls().length;
    const end = await promote();
    expect(end.errors).toEqual([expect.stringMatching(/^PUSH_TAG_TAKEN: /)]);
    expect(requestsSince(start).filter((one) => /^(Put|Mount|Start|Upload)/.test(one))).toEqual([]);
    expect(await held(production, [image.digest])).toEqual([]);
  });

  it.each([
    ['a tag', (): Record<string, string> => ({ source: `${staging}:1.0.0` }), 'PUSH_SOURCE_NOT_PINNED'],
    [
      'a digest that is not there',
      (): Record<string, string> => ({ source: `${staging}@sha256:${'1'.repeat(64)}` }),
      'PUSH_SOURCE_NOT_FOUND',
    ],
    ['no role', (): Record<string, string> => ({ 'source-role': 'reader' }), 'AWS_ROLE_INVALID'],
  ])('from %s is refused', async (_name, inputs, code) => {
    const end = await promote(inputs());
    expect(end.errors).toEqual([expect.stringMatching(new RegExp(`^${code}: `))]);
    expect(await held(production, [image.digest])).toEqual([]);
  });
});
