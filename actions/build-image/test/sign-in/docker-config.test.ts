import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hasLogin, readDockerConfig, withLogins } from '../../src/sign-in/docker-config.js';

const HOST = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
const ENTRY = { auth: 'QVdTOm93bg==' };
const LOGIN = { host: HOST, username: 'AWS', password: 'p' };
const OURS = { auth: 'QVdTOnA=' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-docker-config-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('readDockerConfig', () => {
  it('reads what DOCKER_CONFIG names, and else what is at home', async () => {
    await writeFile(path.join(folder, 'config.json'), '{"currentContext":"here"}');
    const config = { folder, fields: { currentContext: 'here' } };
    expect(await readDockerConfig({ DOCKER_CONFIG: folder, HOME: '/nowhere' })).toEqual(config);
    expect(await readDockerConfig({ HOME: folder })).toEqual({ folder: path.join(folder, '.docker'), fields: {} });
  });

  it.each(['{"auths":{"a":{"auth":"c2VjcmV0', '[]', '1'])('refuses %j, and shows nothing of it', async (text) => {
    await writeFile(path.join(folder, 'config.json'), text);
    const refusal = await readDockerConfig({ DOCKER_CONFIG: folder }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'BUILD_DOCKER_CONFIG' });
    const { message } = refusal as Error;
    expect({ names: message.includes(folder), shows: message.includes('c2VjcmV0') }).toEqual({
      names: true,
      shows: false,
    });
  });

  it('refuses what cannot be read', async () => {
    const refused = readDockerConfig({ DOCKER_CONFIG: `${path.join(folder, 'a')}\0` });
    await expect(refused).rejects.toMatchObject({ code: 'BUILD_DOCKER_CONFIG' });
  });
});

describe('hasLogin', () => {
  const has = async (fields: Record<string, unknown>, given: { answers?: boolean; environment?: object } = {}) => {
    const asked: string[] = [];
    const asksHelper = (helper: string, host: string): Promise<boolean> => {
      asked.push(`${helper} ${host}`);
      return Promise.resolve(given.answers ?? true);
    };
    const environment = { ...given.environment } as Record<string, string>;
    return { is: await hasLogin({ folder, fields }, HOST, { environment, asksHelper }), asked };
  };

  it.each([
    [{ auths: { [HOST]: ENTRY } }, true],
    [{ auths: { [`https://${HOST}/v1/`]: ENTRY } }, true],
    [{ auths: { [HOST]: { identitytoken: 't' } } }, true],
    [{ auths: { [HOST]: ENTRY }, credHelpers: { [HOST]: '' }, credsStore: 'store' }, true],
    [{}, false],
    [{ auths: { [HOST]: {} } }, false],
    [{ auths: { [`${HOST}.example.com`]: ENTRY, 'https://index.docker.io/v1/': ENTRY } }, false],
    [{ auths: [], credHelpers: 1 }, false],
  ])('of %j is %s, and no helper is asked', async (fields, is) => {
    expect(await has(fields)).toEqual({ is, asked: [] });
  });

  it.each([
    [{ credsStore: 'store' }, 'store'],
    [{ credHelpers: { [HOST]: 'own' }, credsStore: 'store' }, 'own'],
    [{ credHelpers: { 'ghcr.io': 'other' }, credsStore: 'store', auths: { [HOST]: ENTRY } }, 'store'],
  ])('of %j is what the helper says', async (fields, helper) => {
    for (const answers of [true, false]) {
      expect(await has(fields, { answers })).toEqual({ is: answers, asked: [`${helper} ${HOST}`] });
    }
  });

  it('takes what the environment has for Docker', async () => {
    const DOCKER_AUTH_CONFIG = JSON.stringify({ auths: { [HOST]: ENTRY } });
    expect(await has({ credsStore: 'store' }, { environment: { DOCKER_AUTH_CONFIG } })).toEqual({
      is: true,
      asked: [],
    });
    expect(await has({}, { environment: { DOCKER_AUTH_CONFIG: 'no JSON' } })).toEqual({ is: false, asked: [] });
  });
});

describe('withLogins', () => {
  it.each([
    [{}, { auths: { [HOST]: OURS } }],
    [
      { auths: { 'ghcr.io': ENTRY, [HOST]: {} }, credHelpers: { 'gcr.io': 'gcloud' }, proxies: { default: {} } },
      {
        ...{ auths: { 'ghcr.io': ENTRY, [HOST]: OURS }, credHelpers: { 'gcr.io': 'gcloud' } },
        proxies: { default: {} },
      },
    ],
    [{ credsStore: 'store' }, { credsStore: 'store', auths: { [HOST]: OURS }, credHelpers: { [HOST]: '' } }],
    [
      { credHelpers: { [HOST]: 'broken', 'gcr.io': 'gcloud' } },
      { auths: { [HOST]: OURS }, credHelpers: { [HOST]: '', 'gcr.io': 'gcloud' } },
    ],
  ])('adds to %j what it has to', (fields, expected) => {
    const before = structuredClone(fields);
    expect(withLogins(fields, [LOGIN])).toEqual(expected);
    expect(fields).toEqual(before);
  });
});
