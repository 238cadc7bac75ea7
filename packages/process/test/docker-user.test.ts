import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SlipwayError } from '@slipway/core';
import { askCredentialHelper, readDockerUserConfig } from '../src/index.js';

let folder: string;
const PATH = process.env['PATH'] ?? '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-docker-user-'));
  process.env['PATH'] = `${folder}${path.delimiter}${PATH}`;
});
afterEach(async () => {
  process.env['PATH'] = PATH;
  await rm(folder, { recursive: true, force: true });
});

const read = (environment: Readonly<Record<string, string>>) =>
  readDockerUserConfig(
    environment,
    (file, why) => new SlipwayError({ code: 'UNREADABLE', message: `${file}: ${why}`, hint: 'Mend it.' }),
  );

describe('readDockerUserConfig', () => {
  it('reads what DOCKER_CONFIG names, and else what is at home', async () => {
    await writeFile(path.join(folder, 'config.json'), '{"currentContext":"here"}');
    const config = { folder, fields: { currentContext: 'here' } };
    expect(await read({ DOCKER_CONFIG: folder, HOME: '/nowhere' })).toEqual(config);
    expect(await read({ HOME: folder })).toEqual({ folder: path.join(folder, '.docker'), fields: {} });
  });

  it.each(['{"auths":{"a":{"auth":"c2VjcmV0', '[]', '1'])('refuses %j, and shows nothing of it', async (text) => {
    await writeFile(path.join(folder, 'config.json'), text);
    const refusal = await read({ DOCKER_CONFIG: folder }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'UNREADABLE' });
    const { message } = refusal as Error;
    expect({ names: message.includes(folder), shows: message.includes('c2VjcmV0') }).toEqual({
      names: true,
      shows: false,
    });
  });

  it('refuses what cannot be read', async () => {
    const refused = read({ DOCKER_CONFIG: `${path.join(folder, 'a')}\0` });
    await expect(refused).rejects.toMatchObject({ code: 'UNREADABLE' });
  });
});

describe('askCredentialHelper', () => {
  const limits = { signal: new AbortController().signal, timeoutMs: 10_000 };

  it.each<[string, object]>([
    [
      `read host; echo "{\\"Username\\":\\"$1\\",\\"Secret\\":\\"$host\\"}"`,
      { kind: 'login', username: 'get', secret: 'a:5' },
    ],
    ['echo credentials not found in native keychain; exit 1', { kind: 'unknown' }],
    ['echo no; exit 3', { kind: 'failed', why: 'it ended with 3' }],
    ['echo null', { kind: 'failed', why: 'its answer is malformed' }],
    [`echo '{"Username":"u"}'`, { kind: 'failed', why: 'its answer is malformed' }],
  ])('tells of a helper that does %j: %j', async (script, answer) => {
    await writeFile(path.join(folder, 'docker-credential-mine'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    expect(await askCredentialHelper('mine', 'a:5', limits)).toEqual(answer);
  });

  it('starts no other program than a helper', async () => {
    await writeFile(path.join(folder, 'other'), '#!/bin/sh\necho {}', { mode: 0o755 });
    expect(await askCredentialHelper('none', 'a:5', limits)).toMatchObject({
      kind: 'failed',
      why: 'it cannot be started',
    });
    const outside = await askCredentialHelper(`/../../${folder}/other`, 'a:5', limits);
    expect(outside).toEqual({ kind: 'failed', why: 'its name is not one' });
  });

  it('is ended with the run', async () => {
    const aborted = { ...limits, signal: AbortSignal.abort() };
    await expect(askCredentialHelper('mine', 'a:5', aborted)).rejects.toMatchObject({ code: 'PROCESS_ABORTED' });
  });
});
