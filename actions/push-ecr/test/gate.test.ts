import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  type ECRClient,
  GetLifecyclePolicyCommand,
} from '@aws-sdk/client-ecr';
import type { LocalAws, SimulateScan } from '@slipway/local-aws';
import type { ActionEnd } from '@slipway/testkit';
import { writeIndex, type IndexImage } from './images.js';
import { openScene, type Scene } from './scene.js';

const LIFECYCLE = `
rules:
  - rulePriority: 1
    selection: { tagStatus: untagged, countType: imageCountMoreThan, countNumber: 10 }
    action: { type: expire }
`;

let scene: Scene;
let aws: LocalAws;
let ecr: ECRClient;
let folder: string;
let repository: string;
let image: IndexImage;
let scan: SimulateScan;
let count = 0;

beforeAll(async () => {
  scene = await openScene({ scan: (asked) => scan(asked) });
  ({ aws, ecr, folder } = scene);
});
afterAll(() => scene.close());
beforeEach(async () => {
  count += 1;
  repository = `shop/gate-${count}`;
  scan = () => ({});
  image = await writeIndex(path.join(folder, `layout-${count}`), [`amd64 of ${count}`, `arm64 of ${count}`]);
});

function push(inputs: Readonly<Record<string, string>> = {}): Promise<ActionEnd> {
  const pushed = { 'oci-layout': image.directory, digest: image.digest, repository };
  return scene.push({ ...pushed, ...inputs }, { environment: { SLIPWAY_REHEARSAL_MINUTE_MS: '1000' } });
}

/** The priority of the first rule of the repository's lifecycle policy. */
async function priorityOf(repositoryName: string): Promise<number | undefined> {
  const { lifecyclePolicyText } = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }));
  const policy = JSON.parse(lifecyclePolicyText ?? '') as { readonly rules: readonly { rulePriority: number }[] };
  return policy.rules[0]?.rulePriority;
}

describe('a missing repository', () => {
  it('is made as it was asked for, with its lifecycle policy', async () => {
    const end = await push({ 'create-repository': 'true', 'kms-key': 'alias/images', 'lifecycle-policy': LIFECYCLE });
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', digest: image.digest });
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repository] }));
    expect(repositories).toEqual([
      expect.objectContaining({
        imageTagMutability: 'IMMUTABLE',
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'alias/images' },
      }),
    ]);
    expect(await priorityOf(repository)).toBe(1);
  });

  it('gets its lifecycle policy later, where its role could not put it when it was made', async () => {
    const inputs = { 'create-repository': 'true', 'lifecycle-policy': LIFECYCLE };
    aws.faults.add({ operation: 'ecr:PutLifecyclePolicy', kind: 'access-denied', nth: 1, times: 1 });
    const denied = await push(inputs);
    expect(denied.errors).toEqual([expect.stringMatching(/^AWS_ACCESS_DENIED: .*PutLifecyclePolicy/)]);
    expect((await push(inputs)).errors).toEqual([]);
    expect(await priorityOf(repository)).toBe(1);
    // The policy of a repository that has one is its owner's.
    const other = { ...inputs, 'lifecycle-policy': LIFECYCLE.replace('rulePriority: 1', 'rulePriority: 2') };
    expect((await push(other)).errors).toEqual([]);
    expect(await priorityOf(repository)).toBe(1);
  });

  it('is only announced on a dry run', async () => {
    const end = await push({ 'create-repository': 'true', 'dry-run': 'true' });
    expect(end.outputs).toMatchObject({ outcome: 'planned', pushed: 'false' });
    expect(end.stdout).toMatch(new RegExp(`'${repository}:1\\.0\\.0' would name .*the repository would be made`));
    await expect(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [repository] }))).rejects.toMatchObject({
      name: 'RepositoryNotFoundException',
    });
  });

  it('is not made with a policy that is none', async () => {
    const end = await push({
      'create-repository': 'true',
      'lifecycle-policy': LIFECYCLE.replace('countType', 'countTyp'),
    });
    expect(end.errors).toEqual([expect.stringMatching(/^PUSH_LIFECYCLE_INVALID: .*did you mean 'countType'/)]);
  });
});

describe('the scan gate', () => {
  const finding = { id: 'CVE-2026-1', severity: 'HIGH', package: 'openssl', version: '3.0.1' };
  beforeEach(async () => {
    await ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
  });

  it.each([
    ['basic', false],
    ['enhanced', true],
  ])('fails at the severity it is set to, with a %s scan of each platform', async (_name, enhanced) => {
    scan = ({ looks }) => ({
      enhanced,
      status: looks === 0 ? (enhanced ? 'PENDING' : 'IN_PROGRESS') : enhanced ? 'ACTIVE' : 'COMPLETE',
      findings: [finding],
    });
    const end = await push({ 'fail-on-severity': 'high' });
    expect(end.errors).toEqual([expect.stringMatching(/^PUSH_SCAN_FINDINGS: .*CVE-2026-1 \(HIGH, openssl 3\.0\.1\)/)]);
    expect(end.outputs).toMatchObject({
      ...{ outcome: 'failed', digest: image.digest, pushed: 'true' },
      ...{ 'findings-critical': '0', 'findings-high': '2', 'findings-ignored': '0' },
    });
    expect(end.summary).toMatch(/\| HIGH \| CVE-2026-1 \| openssl 3\.0\.1 \|/);
  });

  it('lets pass what is milder, asks for a scan where there was none, and counts', async () => {
    scan = () => undefined;
    const start = aws.calls().length;
    const end = await push({ 'fail-on-severity': 'critical' });
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', 'findings-high': '0' });
    const operations = aws
      .calls()
      .slice(start)
      .map(({ operation }) => operation);
    // One for each platform; the index itself and its signatures are not scanned.
    expect(operations.filter((operation) => operation === 'StartImageScan')).toHaveLength(2);
  });

  it('lets pass what is ignored with a reason and until a day', async () => {
    scan = () => ({ findings: [finding] });
    const file = path.join(folder, `ignore-${count}.yml`);
    await writeFile(file, '- id: CVE-2026-1\n  reason: We do not parse certificates.\n  expires: 2999-12-31\n');
    const end = await push({ 'fail-on-severity': 'high', 'scan-ignore': file });
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', 'findings-high': '0', 'findings-ignored': '2' });
    expect(end.summary).toContain('We do not parse certificates. (until 2999-12-31)');
  });

  it('stays closed when the scan failed', async () => {
    scan = () => ({ status: 'FAILED' });
    const end = await push({ 'fail-on-severity': 'critical' });
    expect(end.errors).toEqual([expect.stringMatching(/^PUSH_SCAN_FAILED: .*ended as FAILED/)]);
  });

  it('does not push with an ignore list that is wrong', async () => {
    const file = path.join(folder, `wrong-${count}.yml`);
    await writeFile(file, '- id: CVE-2026-1\n  expires: soon\n');
    const end = await push({ 'fail-on-severity': 'high', 'scan-ignore': file });
    expect(end.errors).toEqual([expect.stringMatching(/^PUSH_SCAN_IGNORE_INVALID: .*'reason'.*'expires: soon'/)]);
    expect(end.outputs).not.toHaveProperty('digest');
  });
});
