import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BatchGetImageCommand, CreateRepositoryCommand, type ECRClient } from '@aws-sdk/client-ecr';
import type { ActionEnd } from '@slipway/testkit';
import { writeIndex, type IndexImage } from './images.js';
import { ecrOf, openScene, type Scene } from './scene.js';
import { PRODUCTION, PRODUCTION_KEYS, PUSH, STAGING_KEYS, TWO_ACCOUNTS } from './two-accounts.js';

const [FRANKFURT, DUBLIN] = ['eu-central-1', 'eu-west-1'];
const EVERYWHERE = `${DUBLIN}\n${FRANKFURT} ${PUSH}\n${DUBLIN} ${PUSH}`;

let scene: Scene;
/** Staging in Frankfurt and Dublin, then production there. */
let clients: ECRClient[];
let repository: string;
let image: IndexImage;
let count = 0;

beforeAll(async () => {
  scene = await openScene({ accounts: TWO_ACCOUNTS, ecrRegions: [FRANKFURT, DUBLIN] }, STAGING_KEYS);
  clients = [STAGING_KEYS, PRODUCTION_KEYS].flatMap((keys) =>
    [FRANKFURT, DUBLIN].map((region) => ecrOf(scene.aws, keys, region)),
  );
});
afterAll(async () => {
  clients.forEach((client) => client.destroy());
  await scene.close();
});
beforeEach(async () => {
  count += 1;
  repository = `shop/web-${count}`;
  image = await writeIndex(path.join(scene.folder, `layout-${count}`), [`amd64 of ${count}`, `arm64 of ${count}`]);
});

const create = (at: readonly ECRClient[]) =>
  Promise.all(at.map((client) => client.send(new CreateRepositoryCommand({ repositoryName: repository }))));

function push(inputs: Readonly<Record<string, string>> = {}): Promise<ActionEnd> {
  const { directory, digest } = image;
  return scene.push({ repository, 'oci-layout': directory, digest, 'also-push-to-ecr': EVERYWHERE, ...inputs });
}

/** The digest behind the tag, everywhere. */
function held(): Promise<(string | undefined)[]> {
  const command = new BatchGetImageCommand({ repositoryName: repository, imageIds: [{ imageTag: '1.0.0' }] });
  const digestIn = async (client: ECRClient) => (await client.send(command)).images?.[0]?.imageId?.imageDigest;
  return Promise.all(clients.map((client) => digestIn(client).catch(() => undefined)));
}

describe('two regions of two accounts', () => {
  it('are pushed to at the same time, each with its own password at its own registry', async () => {
    await create(clients);
    const start = scene.aws.calls().length;
    const end = await push();
    expect(end.errors).toEqual([]);
    // Two layers, two configurations, two signatures and what both of them share, four times.
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', digest: image.digest, 'layers-pushed': String(7 * 4) });
    expect(await held()).toEqual(Array(4).fill(image.digest));
    const calls = scene.aws.calls().slice(start);
    expect(calls.filter(({ operation }) => operation === 'GetAuthorizationToken')).toHaveLength(4);
    expect(calls.filter(({ status }) => status >= 400 && status !== 404)).toEqual([]);
    for (const place of [DUBLIN, `${FRANKFURT} of ${PRODUCTION}`, `${DUBLIN} of ${PRODUCTION}`]) {
      expect(end.stdout).toContain(`${place}: pushed ${image.digest}`);
    }
  });

  it('are all left alone when the repository is missing in one', async () => {
    await create(clients.slice(0, 3));
    const end = await push();
    expect(end.errors).toEqual([
      expect.stringMatching(new RegExp(`^PUSH_REPOSITORY_NOT_FOUND: ${DUBLIN} of ${PRODUCTION}: `)),
    ]);
    expect(await held()).toEqual(Array(4).fill(undefined));
  });

  it('get what one of them lacks, and nothing where it is there', async () => {
    await create(clients);
    await push({ 'also-push-to-ecr': `${FRANKFURT} ${PUSH}` });
    const end = await push();
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', 'layers-pushed': String(7 * 2) });
    expect(await held()).toEqual(Array(4).fill(image.digest));
  });
});
