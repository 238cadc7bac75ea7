import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { settleCache } from '../src/cache.js';
import { addressesOf, isSilent } from '../src/silent-cache.js';
import { startSickService, type SickService } from './cache-service.js';
import { makeSetting } from './setting.js';

let services: SickService[];
beforeEach(() => {
  services = [];
});
afterEach(() => services.forEach((service) => service.close()));

async function address(answer: number | 'never'): Promise<URL> {
  const service = await startSickService({ answer });
  services.push(service);
  return new URL(`http://${service.host}/v2/`);
}

const running = new AbortController().signal;

describe('isSilent', () => {
  it.each([200, 401, 404, 429, 503])('is not said of a registry that answers %i', async (status) => {
    expect(await isSilent(await address(status), running)).toBe(false);
    expect(services[0]?.asked()).toBe(1);
  });

  it('is said of one that takes the question and answers nothing', async () => {
    expect(await isSilent(await address('never'), running, 50)).toBe(true);
    expect(services[0]?.asked()).toBe(1);
  });

  it('is not said where nobody listens', async () => {
    expect(await isSilent(new URL('http://127.0.0.1:9/v2/'), running)).toBe(false);
  });

  it('ends with the run', async () => {
    const reason = new Error('cancelled');
    const asked = isSilent(await address('never'), AbortSignal.abort(reason));
    await expect(asked).rejects.toBe(reason);
  });
});

describe('addressesOf', () => {
  const GITHUB = { ACTIONS_RESULTS_URL: 'https://results.example/', ACTIONS_CACHE_URL: 'https://cache.example/x/' };
  it.each([
    [
      'a registry',
      { cache: { kind: 'registry', reference: 'r.example/shop/web:c' }, environment: {} },
      ['https://r.example/v2/'],
    ],
    [
      'one on this machine',
      { cache: { kind: 'registry', reference: '127.0.0.1:5000/x:c' }, environment: {} },
      ['http://127.0.0.1:5000/v2/'],
    ],
    ['Docker Hub, which is not named', { cache: { kind: 'registry', reference: 'shop/web:c' }, environment: {} }, []],
    ['what is no reference', { cache: { kind: 'registry', reference: '[::/x:c' }, environment: {} }, []],
    [
      "GitHub's services",
      { cache: { kind: 'gha', scope: 's', minutes: 2 }, environment: GITHUB },
      Object.values(GITHUB),
    ],
    ['a folder', { cache: { kind: 'local', folder: '/layers' }, environment: GITHUB }, []],
    ['none', { cache: { kind: 'none' }, environment: GITHUB }, []],
  ] as const)('of %s', (_title, choice, expected) => {
    expect(addressesOf(choice).map(String)).toEqual(expected);
  });
});

describe('settleCache', () => {
  const chosen = (driver: string) =>
    ({ builder: { name: 'b', driver, error: undefined, platform: undefined }, way: 'export' }) as const;

  it.each([
    ['docker-container', 'none'],
    ['docker', 'none'],
    // Its network is not ours: what is silent here may well answer there.
    ['remote', 'registry'],
    ['kubernetes', 'registry'],
  ])('with the driver %s, whose registry is silent, takes the cache %s', async (driver, kind) => {
    const setting = await makeSetting({ cache: 'registry', 'cache-to': 'r.example/x:cache' });
    try {
      const { cache } = await settleCache(setting.context, chosen(driver), () => Promise.resolve(true));
      expect(cache.kind).toBe(kind);
      const told = setting.log.filter((line) => line.startsWith('warning'));
      expect(told).toEqual(kind === 'none' ? [expect.stringMatching(/without a cache: 'r\.example'/)] : []);
    } finally {
      await setting.close();
    }
  });

  it('asks nobody but a registry', async () => {
    const setting = await makeSetting({ cache: 'local', 'cache-to': 'layers' });
    try {
      const nobody = () => Promise.reject(new Error('asked'));
      expect((await settleCache(setting.context, chosen('docker'), nobody)).cache.kind).toBe('local');
    } finally {
      await setting.close();
    }
  });
});
