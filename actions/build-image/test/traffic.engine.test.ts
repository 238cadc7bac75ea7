import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { endOf, GREEN } from './build-scene.js';
import { makeTraffic, type Traffic } from './traffic.js';

let traffic: Traffic;
beforeAll(async () => {
  traffic = await makeTraffic();
}, 60_000);
afterAll(() => traffic.close());
beforeEach(() => traffic.registry.forget());

describe("the engine's own builder uploads nothing to where the base image comes from", () => {
  it.each(['none', 'auto'])(
    'with cache: %s',
    async (cache) => {
      const end = await traffic.scene.build({ ...traffic.fromRegistry, inputs: { cache } });
      expect(endOf(end)).toEqual(GREEN);
      expect(traffic.registry.asked.map(({ path }) => path)).toContain('/v2/base/manifests/1');
      expect(traffic.registry.writes()).toEqual([]);
    },
    60_000,
  );
});
