import { describe, expect, it } from '@jest/globals';
import { hasLogin, withLogins } from '../../src/sign-in/docker-config.js';

const HOST = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
const ENTRY = { auth: 'QVdTOm93bg==' };
const LOGIN = { host: HOST, username: 'AWS', password: 'p' };
const OURS = { auth: 'QVdTOnA=' };

describe('hasLogin', () => {
  const has = async (fields: Record<string, unknown>, given: { answers?: boolean; environment?: object } = {}) => {
    const asked: string[] = [];
    const asksHelper = (helper: string, host: string): Promise<boolean> => {
      asked.push(`${helper} ${host}`);
      return Promise.resolve(given.answers ?? true);
    };
    const environment = { ...given.environment } as Record<string, string>;
    return { is: await hasLogin({ folder: '/nowhere', fields }, HOST, { environment, asksHelper }), asked };
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
