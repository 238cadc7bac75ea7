import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BatchGetImageCommand, CreateRepositoryCommand, type ECRClient } from '@aws-sdk/client-ecr';
import type { ActionEnd } from '@slipway/testkit';
import { writeIndex, type IndexImage } from './images.js';
import { ecrOf, openScene, REGION, type Scene } from './scene.js';
import { PRODUCTION, PRODUCTION_KEYS, PULL, PUSH, STAGING_KEYS, TWO_ACCOUNTS } from './two-accounts.js';

let scene: Scene;
let clients: ECRClient[];
let repository: string;
let image: IndexImage;
let count = 0;

beforeAll(async () => {
  scene = await openScene({ accounts: TWO_ACCOUNTS }, STAGING_KEYS);
  clients = [STAGING_KEYS, PRODUCTION_KEYS].map((keys) => ecrOf(scene.aws, keys));
});
afterAll(async () => {
  clients.forEach((client) => client.destroy());
  await scene.close();
});
beforeEach(async () => {
  count += 1;
  repository = `shop/web-${count}`;
  for (const client of clients) await client.send(new CreateRepositoryCommand({ repositoryName: repository }));
  image = await writeIndex(path.join(scene.folder, `layout-${count}`), [`amd64 of ${count}`, `arm64 of ${count}`]);
});

const push = (inputs: Readonly<Record<string, string>>): Promise<ActionEnd> => scene.push({ repository, ...inputs });
const pushLayout = (inputs: Readonly<Record<string, string>> = {}) =>
  push({ 'oci-layout': image.directory, digest: image.digest, ...inputs });
const promote = (inputs: Readonly<Record<string, string>> = {}) =>
  push({ source: `${repository}@${image.digest}`, ...inputs });

/** The digest behind the tag, in staging and in production. */
function held(imageTag = '1.0.0'): Promise<(string | undefined)[]> {
  const command = new BatchGetImageCommand({ repositoryName: repository, imageIds: [{ imageTag }] });
  return Promise.all(clients.map(async (client) => (await client.send(command)).images?.[0]?.imageId?.imageDigest));
}

describe('two accounts', () => {
  it('copy with an identity of each, and read each blob once', async () => {
    await pushLayout();
    const start = scene.aws.calls().length;
    const end = await promote({ 'source-role': PULL, 'target-role': PUSH, 'allowed-account-ids': PRODUCTION });
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', 'layers-pushed': '7', digest: image.digest });
    expect(await held()).toEqual([image.digest, image.digest]);
    const operations = scene.aws
      .calls()
      .slice(start)
      .map(({ operation }) => operation);
    expect(operations.filter((operation) => operation === 'GetBlob')).toHaveLength(7);
    expect(operations.filter((operation) => operation === 'AssumeRole')).toHaveLength(2);
  });

  it('are pushed to at the same time', async () => {
    const end = await pushLayout({ 'also-push-to-ecr': `${REGION} ${PUSH}` });
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', 'layers-pushed': '14' });
    expect(await held()).toEqual([image.digest, image.digest]);
    expect(end.stdout).toContain(`${REGION} of ${PRODUCTION}: pushed ${image.digest}`);
  });

  it('are both left alone when the tag is taken in one', async () => {
    const other = await writeIndex(path.join(scene.folder, `other-${count}`), ['other', 'others']);
    await push({ 'oci-layout': other.directory, digest: other.digest, 'target-role': PUSH });
    const end = await pushLayout({ 'also-push-to-ecr': `${REGION} ${PUSH}` });
    expect(end.errors).toEqual([expect.stringMatching(new RegExp(`^PUSH_TAG_TAKEN: ${REGION} of ${PRODUCTION}: `))]);
    expect(await held()).toEqual([undefined, other.digest]);
  });

  it('get the same tag when it is taken in one and the digest is added', async () => {
    const other = await writeIndex(path.join(scene.folder, `other-${count}`), ['other', 'others']);
    await push({ 'oci-layout': other.directory, digest: other.digest, 'target-role': PUSH });
    const end = await pushLayout({ 'also-push-to-ecr': `${REGION} ${PUSH}`, 'tag-taken': 'add-digest' });
    expect(end.errors).toEqual([]);
    const own = `1.0.0-${image.digest.slice('sha256:'.length).slice(0, 8)}`;
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', digest: image.digest, tag: own });
    expect(await held()).toEqual([undefined, other.digest]);
    expect(await held(own)).toEqual([image.digest, image.digest]);
  });

  it('do not do for each other: the wrong identity is denied', async () => {
    await pushLayout();
    // Who may only read staging cannot push there, and who may push to production cannot read staging.
    const reader = await promote({ 'target-role': PULL, tag: '2.0.0' });
    expect(reader.errors).toEqual([expect.stringMatching(/^AWS_ACCESS_DENIED: /)]);
    const writer = await promote({ 'source-role': PUSH, 'target-role': PUSH });
    expect(writer.errors).toEqual([expect.stringMatching(/^PUSH_SOURCE_NOT_FOUND: /)]);
    const stranger = await promote({ 'source-role': PULL.replace('pull', 'none'), 'target-role': PUSH });
    expect(stranger.errors).toEqual([expect.stringMatching(/^AWS_ROLE_DENIED: /)]);
    expect(await held()).toEqual([image.digest, undefined]);
  });
});
