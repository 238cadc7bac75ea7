import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { endOf, GREEN, makeBuildScene, warningsOf, type BuildScene } from './build-scene.js';
import { runtimeToken, startSickService, type Sickness } from './cache-service.js';
import { ensureContainerdEngine } from './exporting-builders.js';

let engine: string;
beforeAll(async () => {
  engine = await ensureContainerdEngine();
}, 200_000);

let scene: BuildScene;
beforeEach(async () => {
  scene = await makeBuildScene({ environment: { DOCKER_HOST: engine } });
});
afterEach(() => scene.close());

describe('an engine with the containerd image store, whose cache is not well,', () => {
  it('builds although it cannot be reached, and says so once', async () => {
    const end = await scene.build({ inputs: { cache: 'registry', 'cache-to': '127.0.0.1:9/none:cache' } });
    expect(endOf(end)).toEqual(GREEN);
    expect(warningsOf(end)).toEqual([expect.stringMatching(/^The cache failed, and the build went on without it/)]);
  }, 120_000);

  it.each([
    ["GitHub's cache answers 503", 'gha', { answer: 503 }],
    // BuildKit tries for the whole minute to read it; that it then tries to write it costs seconds.
    ["GitHub's cache answers 429", 'gha', { answer: 429 }],
    ['the registry answers 429', 'registry', { answer: 429 }],
  ] as const)(
    'builds although %s, and says so once',
    async (_title, cache, service) => {
      const { end, asked } = await buildBeside(cache, service);
      expect(endOf(end)).toEqual(GREEN);
      expect(warningsOf(end)).toEqual([
        expect.stringMatching(/^The cache failed, and the build (?:went on|was begun again) without it/),
      ]);
      expect(asked).toBeGreaterThan(1);
    },
    200_000,
  );

  it.each(['gha', 'registry'] as const)(
    'builds although the cache, %s, never answers, and says so once',
    async (cache) => {
      const { end, asked } = await buildBeside(cache, { answer: 'never' });
      expect(endOf(end)).toEqual(GREEN);
      expect(warningsOf(end)).toEqual([expect.stringMatching(/^The build goes without a cache: .* does not answer/)]);
      expect(asked).toBeGreaterThan(0);
    },
    60_000,
  );
});

/** Builds with a cache that is not well, and tells how often that was asked. */
async function buildBeside(cache: 'gha' | 'registry', sickness: Sickness) {
  const service = await startSickService(sickness);
  const place = cache === 'registry' ? { 'cache-to': `${service.host}/none:cache` } : {};
  const github = { ACTIONS_RUNTIME_TOKEN: runtimeToken(), ACTIONS_CACHE_URL: `http://${service.host}/` };
  try {
    const end = await scene.build({
      inputs: { cache, 'cache-minutes': '1', ...place },
      ...(cache === 'gha' ? { environment: github } : {}),
    });
    return { end, asked: service.asked() };
  } finally {
    service.close();
  }
}
