import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { runLoad, type LoadResult } from '../bench/load/load.js';
import { openScene, type Scene } from '../bench/load/scene.js';

const CONNECTIONS = 32;
/** Each takes a minute on a machine that does much else. */
const LIMIT_MS = 240_000;

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
}, LIMIT_MS);
afterEach(() => scene.close());

function load(requests: number): Promise<LoadResult> {
  return runLoad({ url: scene.url, connections: CONNECTIONS, requests });
}

function answersOf({ answers }: LoadResult): { readonly blue: number; readonly green: number } {
  return { blue: answers['blue'] ?? 0, green: answers['green'] ?? 0 };
}

describe('the data plane under load', () => {
  it(
    'fails none of 100,000 requests while all of them go from blue to green and blue is removed',
    async () => {
      const REQUESTS = 100_000;
      const loading = load(REQUESTS);
      const reached = async (requests: number): Promise<void> => {
        while (scene.requests() < requests) await Promise.race([delay(5), loading]);
      };
      const { loadBalancing } = scene.elb;
      for (const [at, blue, green] of [
        [20_000, 90, 10],
        [40_000, 50, 50],
        [60_000, 0, 100],
      ] as const) {
        await reached(at);
        scene.weigh(blue, green);
      }
      await reached(70_000);
      await loadBalancing.deregisterTarget(scene.blue.targetGroupArn, scene.blue.target);
      await scene.blue.process.stop();
      const removedAt = scene.requests();
      const result = await loading;
      expect(result).toMatchObject({ failed: 0, failures: [] });
      const { blue, green } = answersOf(result);
      expect(blue + green).toBe(REQUESTS);
      expect(scene.requests()).toBe(REQUESTS);
      // Blue was gone while the load still went on.
      expect(removedAt).toBeLessThan(REQUESTS);
    },
    LIMIT_MS,
  );

  it(
    'sees what it looks for: a target that ends without being deregistered fails requests',
    async () => {
      const REQUESTS = 20_000;
      const loading = load(REQUESTS);
      while (scene.requests() < REQUESTS / 4) await Promise.race([delay(5), loading]);
      await scene.blue.process.stop();
      const result = await loading;
      expect(result.failed).toBeGreaterThan(0);
      expect(result.failed + answersOf(result).blue).toBe(REQUESTS);
    },
    LIMIT_MS,
  );

  it.each([
    { blue: 100, green: 0 },
    { blue: 90, green: 10 },
    { blue: 50, green: 50 },
    { blue: 1, green: 999 },
    { blue: 0, green: 100 },
  ])(
    'gives $blue and $green their shares of 20,000 requests, and none to a weight of 0',
    async (weights) => {
      const REQUESTS = 20_000;
      scene.weigh(weights.blue, weights.green);
      const result = await load(REQUESTS);
      expect(result.failed).toBe(0);
      const answers = answersOf(result);
      const sum = weights.blue + weights.green;
      for (const colour of ['blue', 'green'] as const) {
        if (weights[colour] === 0) expect(answers[colour]).toBe(0);
        const percent = (answers[colour] / REQUESTS) * 100;
        expect(Math.abs(percent - (weights[colour] / sum) * 100)).toBeLessThan(1.5);
      }
    },
    LIMIT_MS,
  );
});
