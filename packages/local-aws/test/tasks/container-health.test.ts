import { describe, expect, it } from '@jest/globals';
import { createManualTime } from '../../src/index.js';
import { nextCount, watchContainerHealth, type HealthCount } from '../../src/tasks/container-health.js';

const UNKNOWN: HealthCount = { health: 'UNKNOWN', failures: 0 };
const HEALTHY: HealthCount = { health: 'HEALTHY', failures: 0 };

describe('nextCount', () => {
  const failed = { passed: false, starting: false, retries: 3 };
  const starting = { ...failed, starting: true };
  const passed = { ...failed, passed: true };

  it.each([
    ['a check that passes makes it healthy', UNKNOWN, passed, HEALTHY],
    ['also in the start period', UNKNOWN, { ...starting, passed: true }, HEALTHY],
    ['failures of the start period do not count', UNKNOWN, starting, UNKNOWN],
    ['but for a container that was healthy before', HEALTHY, starting, { health: 'HEALTHY', failures: 1 }],
    ['one failure says nothing yet', UNKNOWN, failed, { health: 'UNKNOWN', failures: 1 }],
    ['so many in a row do', { health: 'HEALTHY', failures: 2 }, failed, { health: 'UNHEALTHY', failures: 3 }],
    ['a pass begins the count anew', { health: 'HEALTHY', failures: 2 }, passed, HEALTHY],
    ['and heals', { health: 'UNHEALTHY', failures: 7 }, passed, HEALTHY],
  ] as const)('%s', (...[, count, outcome, next]) => {
    expect(nextCount(count, outcome)).toEqual(next);
  });
});

describe('watchContainerHealth', () => {
  it('checks first after one interval, then at each, until it is ended', async () => {
    const time = createManualTime();
    const log: string[] = [];
    const ending = new AbortController();
    const watching = watchContainerHealth({
      time,
      signal: ending.signal,
      check: { command: ['CMD', 'true'], intervalSeconds: 10, timeoutSeconds: 5, retries: 2, startPeriodSeconds: 25 },
      probe: () => time.elapsedSeconds() === 40,
      onChange: (health) => log.push(`${health} at ${time.elapsedSeconds()}`),
    });
    await time.advance(65);
    // 10 and 20 are in the start period, 30 fails once; 50 and 60 are two in a row.
    expect(log).toEqual(['HEALTHY at 40', 'UNHEALTHY at 60']);
    ending.abort();
    await watching;
    expect(await time.advanceToNext()).toBe(false);
  });
});
