import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide, isGreen, isInFlight, type Sighting } from '../src/index.js';

const early = { now: 1_000, deadline: 2_000 };
const late = { now: 2_000, deadline: 2_000 };
const undoing = { undo: { reason: 'cancelled', deadline: 5_000 } } as const;

const CASES: readonly (readonly [string, Sighting, object])[] = [
  ['waits while pending', { status: 'PENDING', ...early }, { kind: 'wait' }],
  ['waits while in progress', { status: 'IN_PROGRESS', ...early }, { kind: 'wait' }],
  ['undoes at the deadline', { status: 'IN_PROGRESS', ...late }, { kind: 'undo', reason: 'timed-out' }],
  ['undoes only once', { status: 'IN_PROGRESS', ...late, ...undoing }, { kind: 'wait' }],
  ['waits for a rollback', { status: 'ROLLBACK_IN_PROGRESS', ...early }, { kind: 'wait' }],
  ['waits for a stop', { status: 'STOP_REQUESTED', ...early }, { kind: 'wait' }],
  [
    'says unknown when a rollback does not end',
    { status: 'ROLLBACK_IN_PROGRESS', ...late },
    { kind: 'conclude', outcome: 'unknown' },
  ],
  [
    'says unknown when our undo does not end',
    { status: 'ROLLBACK_REQUESTED', now: 5_000, deadline: 2_000, ...undoing },
    { kind: 'conclude', outcome: 'unknown' },
  ],
  ['concludes success', { status: 'SUCCESSFUL', ...early }, { kind: 'conclude', outcome: 'succeeded' }],
  [
    'concludes success though it was to be undone: it came too late',
    { status: 'SUCCESSFUL', ...early, ...undoing },
    { kind: 'conclude', outcome: 'succeeded' },
  ],
  [
    'tells who took it back',
    { status: 'ROLLBACK_SUCCESSFUL', rollbackReason: 'circuit breaker', ...early },
    { kind: 'conclude', outcome: 'rolled-back', because: 'circuit breaker' },
  ],
  [
    'tells a timeout from a rollback',
    { status: 'ROLLBACK_SUCCESSFUL', ...late, undo: { reason: 'timed-out', deadline: 9_000 } },
    { kind: 'conclude', outcome: 'timed-out' },
  ],
  [
    'tells a failed rollback',
    { status: 'ROLLBACK_FAILED', ...early },
    { kind: 'conclude', outcome: 'rollback-failed' },
  ],
  ['tells stopped', { status: 'STOPPED', ...early }, { kind: 'conclude', outcome: 'stopped' }],
  [
    'tells superseded, and by whom',
    { status: 'STOPPED', ...early, newer: { arn: 'arn:other', taskDefinition: 'web:9' } },
    {
      kind: 'conclude',
      outcome: 'superseded',
      because: 'A later deployment of web:9 replaced this one: arn:other.',
    },
  ],
  [
    'never goes on with a word it does not know',
    { status: 'FAILED', ...early },
    { kind: 'conclude', outcome: 'unknown' },
  ],
];

describe('decide', () => {
  it.each(CASES)('%s', (_title, sighting, expected) => {
    expect(decide(sighting)).toMatchObject(expected);
  });

  it('is green only when ECS said SUCCESSFUL, whatever else is seen', () => {
    const sightings = fc.record({
      status: fc.oneof(
        fc.constantFrom(
          'PENDING',
          'IN_PROGRESS',
          'STOPPED',
          'ROLLBACK_SUCCESSFUL',
          'ROLLBACK_FAILED',
          'STOP_REQUESTED',
        ),
        fc.string(),
      ),
      now: fc.nat(),
      deadline: fc.nat(),
    });
    fc.assert(
      fc.property(sightings, (sighting) => {
        fc.pre(sighting.status !== 'SUCCESSFUL');
        const decision = decide(sighting);
        return decision.kind !== 'conclude' || !isGreen(decision.outcome);
      }),
    );
  });

  it('ends: past every deadline it never waits', () => {
    fc.assert(
      fc.property(fc.string(), fc.boolean(), (status, undone) => {
        const undo = undone ? { undo: { reason: 'cancelled', deadline: 10 } as const } : {};
        return decide({ status, now: 10, deadline: 10, ...undo }).kind !== 'wait';
      }),
    );
  });
});

describe('isInFlight', () => {
  it.each([
    ['IN_PROGRESS', true],
    ['ROLLBACK_IN_PROGRESS', true],
    ['SOMETHING_NEW', true],
    ['SUCCESSFUL', false],
    ['STOPPED', false],
  ])('%s: %s', (status, expected) => {
    expect(isInFlight(status)).toBe(expected);
  });
});
