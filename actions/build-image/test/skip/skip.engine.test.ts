import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { startLocalAws, type LocalAws } from '@slipway/local-aws';
import { OciLayout, type Digest } from '@slipway/oci';
import { runAction, type ActionEnd } from '@slipway/testkit';

const REGION = 'eu-central-1';
const COMMITS = ['a', 'b', 'c'].map((digit) => digit.repeat(40));
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };

let aws: LocalAws;
let workspace: string;
let temp: string;
let repository: string;

beforeAll(async () => {
  aws = await startLocalAws({ tasks: 'simulated' });
});
afterAll(() => aws.close());
beforeEach(async () => {
  workspace = await mkdtemp(path.join(tmpdir(), 'slipway-skip-'));
  temp = await mkdtemp(path.join(tmpdir(), 'slipway-skip-temp-'));
  repository = `shop/web-${randomUUID()}`;
  await mkdir(path.join(workspace, 'app'));
  await writeFile(path.join(workspace, 'app/Dockerfile'), 'FROM scratch\nCOPY . /\n');
  await writeFile(path.join(workspace, 'app/.dockerignore'), '*.md\n');
  await writeFile(path.join(workspace, 'app/hello.txt'), `hello from ${repository}\n`);
  const ecr = new ECRClient({ region: REGION, endpoint: aws.endpoint, credentials: KEYS });
  await ecr.send(new CreateRepositoryCommand({ repositoryName: repository, imageTagMutability: 'IMMUTABLE' }));
  ecr.destroy();
});
afterEach(async () => {
  await rm(workspace, { recursive: true, force: true });
  await rm(temp, { recursive: true, force: true });
});

const ENVIRONMENT = () => ({
  AWS_ENDPOINT_URL: aws.endpoint,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
});

/** Builds as a push of a commit would, the one before it in the event. */
async function build(commit: number, inputs: Record<string, string> = {}, environment = {}): Promise<ActionEnd> {
  const event = path.join(temp, `event-${commit}.json`);
  await writeFile(event, JSON.stringify({ before: COMMITS[commit - 1] ?? '0'.repeat(40) }));
  return runAction({
    action: 'build-image',
    inputs: { context: 'app', 'skip-if-exists': 'true', repository, ...inputs },
    ...{ workspace, temp, timeoutMs: 90_000 },
    environment: { ...ENVIRONMENT(), GITHUB_SHA: COMMITS[commit] ?? '', GITHUB_EVENT_PATH: event, ...environment },
  });
}

async function push({ outputs }: ActionEnd, tag = outputs['version'] ?? ''): Promise<ActionEnd> {
  const end = await runAction({
    action: 'push-ecr',
    inputs: { 'oci-layout': outputs['oci-layout'] ?? '', digest: outputs['digest'] ?? '', repository, tag },
    ...{ workspace, temp, timeoutMs: 60_000, environment: ENVIRONMENT() },
  });
  expect(end.errors).toEqual([]);
  return end;
}

const endOf = ({ errors, outputs }: ActionEnd) => ({
  errors,
  skipped: outputs['skipped'],
  outcome: outputs['outcome'],
});
const BUILT = { errors: [], skipped: 'false', outcome: 'succeeded' };
const TAKEN = { errors: [], skipped: 'true', outcome: 'unchanged' };

describe('an image of the same source', () => {
  it('is taken from the registry, commit after commit, and pushed on under each version', async () => {
    const first = await build(0);
    expect(endOf(first)).toEqual(BUILT);
    await push(first);
    await writeFile(path.join(workspace, 'app/README.md'), 'changes nothing that is built from');
    for (const commit of [1, 2]) {
      const next = await build(commit);
      expect(endOf(next)).toEqual(TAKEN);
      expect(next.outputs['digest']).toBe(first.outputs['digest']);
      expect(next.outputs['version']).toBe((COMMITS[commit] ?? '').slice(0, 12));
      expect(next.stdout).not.toMatch(/buildx build|\| #\d/);
      expect(next.summary).toContain(COMMITS[0]);
      const layout = await OciLayout.open(next.outputs['oci-layout'] ?? '');
      expect((await layout.walk((next.outputs['digest'] ?? '') as Digest)).blobs.length).toBeGreaterThan(1);
      expect((await push(next)).outputs).toMatchObject({ pushed: 'true', digest: first.outputs['digest'] });
    }
  }, 120_000);

  it('is found by the tag of its source whatever came between, and holds no value of a secret', async () => {
    const secret = `very-secret-${randomUUID()}`;
    const first = await build(0, { secrets: `npm=${secret}` });
    await push(first, first.outputs['source-tag']);
    const other = await build(2, { secrets: 'npm=another value' });
    expect(endOf(other)).toEqual(TAKEN);
    expect(endOf(await build(2))).toEqual(BUILT);
  }, 120_000);
});

describe('what keeps it from knowing', () => {
  it('is said once, and the image is built', async () => {
    await writeFile(
      path.join(workspace, 'app/Dockerfile'),
      'ARG NONE\nFROM scratch\nARG WHERE=hello.txt\nADD $WHERE /\n',
    );
    const end = await build(0);
    expect(endOf(end)).toEqual(BUILT);
    expect(end.outputs['source-tag']).toBeUndefined();
    expect(warningsOf(end)).toEqual([
      expect.stringMatching(/^'skip-if-exists' has no effect: what ADD in line 4 fetches/),
    ]);
  });

  it('may be an AWS that is down', async () => {
    const end = await build(0, {}, { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' });
    expect(endOf(end)).toEqual(BUILT);
    expect(warningsOf(end)).toEqual([expect.stringMatching(/^An image of this source could not be taken/)]);
  }, 60_000);

  it('is a mistake where no repository is named, or the account is another one', async () => {
    const nowhere = await build(0, { repository: '' });
    expect(nowhere.errors).toEqual([expect.stringMatching(/^INPUT_INVALID: [^]*'repository'/)]);
    const elsewhere = await build(0, { 'allowed-account-ids': '210987654321' });
    expect(elsewhere.errors).toEqual([expect.stringMatching(/^AWS_ACCOUNT_NOT_ALLOWED: /)]);
  });
});

function warningsOf({ commands }: ActionEnd): readonly string[] {
  return commands.filter(({ name }) => name === 'warning').map(({ message }) => message);
}
