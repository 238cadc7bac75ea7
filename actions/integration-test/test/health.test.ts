import { describe, expect, it } from '@jest/globals';
import { nextCount, type HealthCount } from '../src/health.js';

describe('nextCount', () => {
  it.each<[string, { readonly checks: readonly boolean[]; readonly startChecks: number; readonly health: string }]>([
    ['healthy after one check', { checks: [true], startChecks: 0, health: 'healthy' }],
    ['not yet unhealthy after two failures of three', { checks: [false, false], startChecks: 0, health: 'starting' }],
    ['unhealthy after three in a row', { checks: [false, false, false], startChecks: 0, health: 'unhealthy' }],
    ['patient in the start period', { checks: [false, false, false, false], startChecks: 4, health: 'starting' }],
    [
      'strict in the start period once it was healthy',
      { checks: [true, false, false, false], startChecks: 4, health: 'unhealthy' },
    ],
    ['well again after one good check', { checks: [false, false, false, true], startChecks: 0, health: 'healthy' }],
    [
      'not unhealthy when a good check comes between',
      { checks: [true, false, false, true, false, false], startChecks: 0, health: 'healthy' },
    ],
  ])('is %s', (_, { checks, startChecks, health }) => {
    const first: HealthCount = { health: 'starting', failures: 0 };
    const last = checks.reduce(
      (count, passed, at) => nextCount(count, { passed, isStarting: at < startChecks, retries: 3 }),
      first,
    );
    expect(last.health).toBe(health);
  });
});
