import { describe, expect, it } from '@jest/globals';
import { describeChange, type Progress } from '../src/index.js';

const CASES: readonly (readonly [string, Progress | undefined, Progress, string | undefined])[] = [
  ['the first look', undefined, { status: 'PENDING', productionWeight: 0 }, 'PENDING'],
  ['no news', { status: 'IN_PROGRESS' }, { status: 'IN_PROGRESS' }, undefined],
  [
    'a stage',
    { status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP' },
    { status: 'IN_PROGRESS', lifecycleStage: 'BAKE_TIME' },
    'BAKE_TIME',
  ],
  [
    'weights and tasks',
    { status: 'IN_PROGRESS', runningTaskCount: 0 },
    { status: 'IN_PROGRESS', runningTaskCount: 2, requestedTaskCount: 2, testWeight: 100, productionWeight: 100 },
    '2/2 new tasks running · test traffic 100 % · production traffic 100 %',
  ],
  [
    'weights that go back',
    { status: 'IN_PROGRESS', productionWeight: 100 },
    { status: 'ROLLBACK_IN_PROGRESS', productionWeight: 0 },
    'ROLLBACK_IN_PROGRESS · production traffic 0 %',
  ],
];

describe('describeChange', () => {
  it.each(CASES)('%s', (...[, before, after, expected]) => {
    expect(describeChange(before, after)).toBe(expected);
  });
});
