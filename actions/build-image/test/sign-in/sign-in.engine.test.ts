import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { watchPrograms } from '@slipway/testkit';
import { endOf, GREEN, toldBy, warningsOf } from '../build-scene.js';
import { filesHolding } from '../every-byte.js';
import { masksOf, openEcrScene, ROLE, type EcrScene } from './ecr-scene.js';

let scene: EcrScene;
beforeEach(async () => {
  scene = await openEcrScene();
}, 60_000);
afterEach(() => scene.close());

const FROM_BASE = () => `FROM ${scene.base}\nCOPY hello.txt /app.txt\n`;

describe('a FROM in a private repository of ECR', () => {
  it('is read without a step that signs in, and of the password nothing is told, given to a program or left', async () => {
    const before = await scene.configuration();
    const programs = await watchPrograms(path.join(scene.home, 'watched'), { docker: undefined });
    const end = await scene.build(FROM_BASE(), { environment: { PATH: programs.path } });
    expect({ ...endOf(end), warnings: warningsOf(end) }).toEqual({ ...GREEN, warnings: [] });
    expect(scene.questions()).toBe(1);
    const [password = '', token = ''] = masksOf(end);
    expect(Buffer.from(token, 'base64').toString()).toBe(`AWS:${password}`);
    for (const secret of [password, token]) {
      expect(toldBy(end)).not.toContain(secret);
      expect(end.stderr).not.toContain(secret);
      expect(JSON.stringify([end.outputs, end.state, end.report, end.summary])).not.toContain(secret);
      for (const { args, environment } of await programs.starts())
        expect([args.join('\0').includes(secret), environment.includes(secret)]).toEqual([false, false]);
      expect(await filesHolding(path.dirname(scene.temp), secret)).toEqual([]);
    }
    const folder = end.state['dockerConfig'] ?? '';
    expect(path.dirname(folder)).toBe(scene.temp);
    expect(existsSync(folder)).toBe(false);
    expect(await scene.configuration()).toBe(before);
    const reads = ['ecr:BatchGetImage', 'ecr:GetAuthorizationToken', 'ecr:GetDownloadUrlForLayer'];
    expect(scene.permissions()).toEqual(reads);
  }, 60_000);

  it('is not read by anybody whom AWS does not know', async () => {
    const nobody = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '', AWS_EC2_METADATA_DISABLED: 'true' };
    const end = await scene.build(FROM_BASE(), { environment: nobody });
    expect(end.errors).toEqual(expect.arrayContaining([expect.stringMatching(/^BUILD_FAILED: [^]*\b401\b/)]));
    expect({ warnings: warningsOf(end), state: end.state['dockerConfig'] }).toEqual({ warnings: [] });
    expect(toldBy(end)).toMatch(/Nothing is signed in at 127\.0\.0\.1:\d+: ecr:GetAuthorizationToken failed/);
  }, 60_000);

  it('is read as the role that is named, and nothing is built where that cannot be had', async () => {
    const end = await scene.build(FROM_BASE(), { inputs: { 'role-to-assume': ROLE } });
    expect({ ...endOf(end), warnings: warningsOf(end) }).toEqual({ ...GREEN, warnings: [] });
    const reads = scene.aws
      .calls()
      .filter(({ service, callerArn }) => service === 'registry' && callerArn?.includes('/build/'));
    expect(reads.map(({ status }) => status)).toContain(200);
    const other = await scene.build(FROM_BASE(), { inputs: { 'role-to-assume': `${ROLE}-of-nobody` } });
    expect(other.errors).toEqual([expect.stringMatching(/^AWS_ROLE_DENIED: /)]);
    expect(toldBy(other)).not.toMatch(/\| #\d/);
  }, 60_000);

  it("is read with the user's own login where there is one, and AWS is not asked", async () => {
    const host = scene.base.split('/', 1)[0] ?? '';
    const wrong = Buffer.from('AWS:not-the-password').toString('base64');
    await scene.configure({ auths: { [host]: { auth: wrong } } });
    const end = await scene.build(FROM_BASE());
    expect(end.errors).toEqual(expect.arrayContaining([expect.stringMatching(/^BUILD_FAILED: [^]*\b401\b/)]));
    expect(toldBy(end)).toContain(`Docker's own configuration has a login for ${host}, which is used.`);
    expect({ questions: scene.questions(), state: end.state['dockerConfig'] }).toEqual({ questions: 0 });
  }, 60_000);

  it('is read past a credential store that knows nothing of it', async () => {
    const bin = path.join(scene.home, 'bin');
    await mkdir(bin);
    const store = '#!/bin/sh\necho credentials not found in native keychain\nexit 1\n';
    await writeFile(path.join(bin, 'docker-credential-nothing'), store, { mode: 0o755 });
    await scene.configure({ credsStore: 'nothing' });
    const end = await scene.build(FROM_BASE(), { environment: { PATH: `${bin}:${process.env['PATH']}` } });
    expect({ ...endOf(end), warnings: warningsOf(end) }).toEqual({ ...GREEN, warnings: [] });
  }, 60_000);

  it('is read from outside of a context that is copied as a whole, and holds RUNNER_TEMP', async () => {
    const temp = path.join(scene.context, '.temp');
    await mkdir(temp);
    const end = await scene.build(`FROM ${scene.base}\nCOPY . /all/\n`, { temp });
    expect({ ...endOf(end), warnings: warningsOf(end) }).toEqual({ ...GREEN, warnings: [] });
    const [password = '', token = ''] = masksOf(end);
    expect(end.state['dockerConfig']).toEqual(expect.not.stringContaining(scene.context));
    for (const secret of [password, token]) expect(await filesHolding(scene.context, secret)).toEqual([]);
    // What the copy would take is known to be found.
    expect(await filesHolding(end.outputs['oci-layout'] ?? '', 'hello from')).not.toEqual([]);
  }, 60_000);

  it('is looked up by skip-if-exists with the same credentials', async () => {
    const repository = scene.base.replace(/^[^/]*\/|:1$/g, '');
    const end = await scene.build(FROM_BASE(), { inputs: { 'skip-if-exists': 'true', repository } });
    expect({ ...endOf(end), warnings: warningsOf(end) }).toEqual({ ...GREEN, warnings: [] });
    expect(end.outputs['source-tag']).toMatch(/^src-/);
    expect(scene.questions()).toBe(1);
  }, 60_000);
});

it('a builder is made of an image in ECR without a step that signs in', async () => {
  const image = `${scene.base.split('/', 1)[0]}/tools/buildkit:v0`;
  const inputs = { platforms: 'linux/amd64, linux/arm64', 'builder-image': image };
  const end = await scene.build('FROM scratch\nCOPY hello.txt /\n', { inputs });
  // There is none; who asked for it is in the record.
  expect(end.errors).toEqual([expect.stringMatching(/^BUILD_BUILDER_NOT_MADE: /)]);
  const asked = scene.aws.calls().filter(({ resource }) => resource?.startsWith('tools/buildkit'));
  expect(asked.filter(({ callerArn }) => callerArn !== undefined)).not.toEqual([]);
}, 60_000);
