import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BatchGetImageCommand, CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { startLocalAws, type LocalAws, type PolicyDocument } from '@slipway/local-aws';
import { runAction, type ActionEnd } from '@slipway/testkit';
import { definition } from '../src/inputs.js';
import { writeIndex, type IndexImage } from './images.js';

const REGION = 'eu-central-1';
const STAGING = '111111111111';
const PRODUCTION = '222222222222';
const PULL = `arn:aws:iam::${STAGING}:role/pull`;
const PUSH = `arn:aws:iam::${PRODUCTION}:role/push`;

/** The very permissions that the README asks for, of the statements that name one of the words. */
function allowed(account: string, ...words: readonly string[]): PolicyDocument {
  const statements = definition.permissions.filter(({ actions }) =>
    actions.some((action) => words.some((word) => action.endsWith(word))),
  );
  const Resource = [`arn:aws:ecr:${REGION}:${account}:repository/shop/*`];
  return {
    Statement: statements.map(({ actions, resources }) => ({
      Effect: 'Allow',
      Action: [...actions],
      Resource: resources[0] === '*' ? '*' : Resource,
    })),
  };
}

const trusting = (account: string): PolicyDocument => ({
  Statement: { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' },
});

let aws: LocalAws;
let clients: ECRClient[];
let folder: string;
let repository: string;
let image: IndexImage;
let count = 0;

beforeAll(async () => {
  aws = await startLocalAws({
    tasks: 'simulated',
    validateResponses: true,
    accounts: [
      {
        accountId: STAGING,
        users: [{ accessKeyId: 'AKIASTAGING', name: 'sam' }],
        roles: [
          {
            name: 'pull',
            trustPolicy: trusting(STAGING),
            policies: [allowed(STAGING, ':GetAuthorizationToken', ':ListImageReferrers')],
          },
        ],
      },
      {
        accountId: PRODUCTION,
        users: [{ accessKeyId: 'AKIAPRODUCTION', name: 'pat' }],
        roles: [
          {
            name: 'push',
            trustPolicy: trusting(STAGING),
            policies: [allowed(PRODUCTION, ':GetAuthorizationToken', ':DescribeRepositories', ':PutImage')],
          },
        ],
      },
    ],
  });
  clients = ['AKIASTAGING', 'AKIAPRODUCTION'].map(
    (accessKeyId) =>
      new ECRClient({
        region: REGION,
        endpoint: aws.endpoint,
        credentials: { accessKeyId, secretAccessKey: 'secret' },
      }),
  );
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-accounts-'));
});
afterAll(async () => {
  clients.forEach((client) => client.destroy());
  await aws.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  count += 1;
  repository = `shop/web-${count}`;
  for (const client of clients) await client.send(new CreateRepositoryCommand({ repositoryName: repository }));
  image = await writeIndex(path.join(folder, `layout-${count}`), [`amd64 of ${count}`, `arm64 of ${count}`]);
});

function push(inputs: Readonly<Record<string, string>>): Promise<ActionEnd> {
  return runAction({
    action: 'push-ecr',
    inputs: { repository, tag: '1.0.0', 'aws-region': REGION, ...inputs },
    workspace: folder,
    temp: folder,
    environment: {
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ACCESS_KEY_ID: 'AKIASTAGING',
      AWS_SECRET_ACCESS_KEY: 'secret',
    },
    timeoutMs: 25_000,
  });
}

const pushLayout = (inputs: Readonly<Record<string, string>> = {}) =>
  push({ 'oci-layout': image.directory, digest: image.digest, ...inputs });
const promote = (inputs: Readonly<Record<string, string>> = {}) =>
  push({ source: `${repository}@${image.digest}`, ...inputs });

/** The digest behind the tag, in staging and in production. */
function held(): Promise<(string | undefined)[]> {
  const command = new BatchGetImageCommand({ repositoryName: repository, imageIds: [{ imageTag: '1.0.0' }] });
  return Promise.all(clients.map(async (client) => (await client.send(command)).images?.[0]?.imageId?.imageDigest));
}

describe('two accounts', () => {
  it('copy with an identity of each, and read each blob once', async () => {
    await pushLayout();
    const start = aws.calls().length;
    const end = await promote({ 'source-role': PULL, 'target-role': PUSH, 'allowed-account-ids': PRODUCTION });
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', 'layers-pushed': '7', digest: image.digest });
    expect(await held()).toEqual([image.digest, image.digest]);
    const operations = aws
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
    const other = await writeIndex(path.join(folder, `other-${count}`), ['other', 'others']);
    await push({ 'oci-layout': other.directory, digest: other.digest, 'target-role': PUSH });
    const end = await pushLayout({ 'also-push-to-ecr': `${REGION} ${PUSH}` });
    expect(end.errors).toEqual([expect.stringMatching(new RegExp(`^PUSH_TAG_TAKEN: ${REGION} of ${PRODUCTION}: `))]);
    expect(await held()).toEqual([undefined, other.digest]);
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
