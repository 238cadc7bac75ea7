import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { runAction, watchPrograms } from '@slipway/testkit';

const SECRETS = ['a-value-of-a-secret', 'the-value-of-a-variable', 'the-content-of-a-file'] as const;
const [VALUE, VARIABLE, CONTENT] = SECRETS;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-programs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('no program that a build starts gets a secret as an argument, and only the build itself in its environment', async () => {
  const [workspace, temp] = [path.join(folder, 'workspace'), path.join(folder, 'temp')];
  await Promise.all([workspace, temp].map((one) => mkdir(one)));
  await writeFile(path.join(workspace, 'Dockerfile'), 'FROM scratch\nCOPY token.txt /\n');
  await writeFile(path.join(workspace, 'token.txt'), CONTENT);
  const programs = await watchPrograms(path.join(folder, 'watched'), { docker: undefined });
  const end = await runAction({
    action: 'build-image',
    inputs: {
      secrets: `one=${VALUE}`,
      'secret-envs': 'two=MY_TOKEN',
      'secret-files': 'three=token.txt',
    },
    workspace,
    temp,
    environment: {
      GITHUB_SHA: 'a'.repeat(40),
      PATH: programs.path,
      MY_TOKEN: VARIABLE,
      AWS_SECRET_ACCESS_KEY: 'not-for-docker',
      ACTIONS_RUNTIME_TOKEN: 'not-for-docker-either',
    },
    timeoutMs: 50_000,
  });
  expect(end.errors).toEqual([]);
  const starts = await programs.starts();
  expect(starts.length).toBeGreaterThan(3);
  const builds = starts.filter(({ args }) => args.includes('build'));
  expect(builds).toHaveLength(1);
  expect(builds[0]?.environment).toContain(VALUE);
  for (const start of starts) {
    const told = start.args.join('\0');
    expect([start.args[0], SECRETS.filter((secret) => told.includes(secret))]).toEqual([start.args[0], []]);
    expect(start.environment).not.toMatch(/not-for-docker|\b(?:AWS|INPUT|GITHUB)_/);
    if (!builds.includes(start)) expect(SECRETS.filter((secret) => start.environment.includes(secret))).toEqual([]);
  }
}, 60_000);
