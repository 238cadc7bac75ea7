import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { endOf, GREEN, warningsOf } from './build-scene.js';
import { ENSURE_TIMEOUT_MS, startContainerBuilder, type ContainerBuilder } from './container-builder.js';
import { makeTraffic, startRecordingProxy, type RecordingProxy, type Traffic } from './traffic.js';

/** All traffic of the builder and of the action: what is not the registry on this machine goes through the proxy. */
let proxy: RecordingProxy;
let builder: ContainerBuilder;
let traffic: Traffic;
beforeAll(async () => {
  proxy = await startRecordingProxy();
  builder = await startContainerBuilder(proxy.environment);
  traffic = await makeTraffic({ inputs: { builder: builder.name }, environment: proxy.environment });
}, ENSURE_TIMEOUT_MS);
afterAll(async () => {
  await proxy.close();
  await builder.close();
  await traffic.close();
}, 60_000);
beforeEach(() => traffic.registry.forget());

const BASE = '/v2/base/manifests/1';

describe('a builder in a container of its own', () => {
  it.each(['none', 'auto'])(
    'uploads nothing with cache: %s, and asks nobody but where the base image comes from',
    async (cache) => {
      const end = await traffic.scene.build({ ...traffic.fromRegistry, inputs: { cache, 'no-cache': 'true' } });
      expect(endOf(end)).toEqual(GREEN);
      expect(traffic.registry.asked.map(({ path }) => path)).toContain(BASE);
      expect(traffic.registry.writes()).toEqual([]);
      expect(proxy.asked).toEqual([]);
    },
    60_000,
  );

  it('writes a cache to where it is told to, and nowhere else', async () => {
    const inputs = { cache: 'registry', 'cache-to': `${traffic.registry.host}/shop/web:cache` };
    const end = await traffic.scene.build({ ...traffic.fromRegistry, inputs });
    expect({ ...endOf(end), warnings: warningsOf(end) }).toEqual({ ...GREEN, warnings: [] });
    expect(traffic.registry.asked.map(({ path }) => path)).toContain(BASE);
    const writes = traffic.registry.writes();
    expect(writes).toContain('PUT /v2/shop/web/manifests/cache');
    expect(writes.filter((write) => !/^[A-Z]+ \/v2\/shop\/web\//.test(write))).toEqual([]);
    expect(proxy.asked).toEqual([]);
  }, 60_000);

  // Last, because it is what the proxy would have seen of the others.
  it('would be seen by the proxy', async () => {
    const end = await traffic.scene.build({ dockerfile: 'FROM registry.invalid/none:1\n' });
    expect(end.errors.at(-1)).toMatch(/^BUILD_FAILED: /);
    expect(new Set(proxy.asked)).toEqual(new Set(['registry.invalid:443']));
  }, 60_000);
});
