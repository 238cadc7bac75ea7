import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decide, isGreen, isInFlight, type GateVerdict, type Sighting } from '../src/index.js';

const crashes = { count: 0, limit: 3 };
const early = { now: 1_000, deadline: 2_000, crashes };
const late = { now: 2_000, deadline: 2_000, crashes };
const undo = { reason: 'cancelled', because: 'The run was cancelled.', deadline: 5_000, isAccepted: true } as const;
const undoing = { undo };
const pause = { hookId: 'hook', position: 'step' } as const;
const judged = (...verdicts: GateVerdict[]): Pick<Sighting, 'pause'> => ({
  pause: {
    ...pause,
    state: {
      judged: verdicts.map((verdict) => ({ gate: verdict, position: 'step', verdict, because: 'so', seconds: 1 })),
    },
  },
});

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
    { status: 'ROLLBACK_REQUESTED', ...early, now: 5_000, ...undoing },
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
    { status: 'ROLLBACK_SUCCESSFUL', ...late, undo: { ...undo, reason: 'timed-out' } },
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
    'asks again when ECS has not taken the undo',
    { status: 'IN_PROGRESS', ...early, undo: { ...undo, isAccepted: false } },
    { kind: 'undo', reason: 'cancelled' },
  ],
  [
    'gives up asking at the end of its time',
    { status: 'IN_PROGRESS', ...early, now: 5_000, undo: { ...undo, isAccepted: false } },
    { kind: 'conclude', outcome: 'unknown' },
  ],
  ['judges at a pause', { status: 'IN_PROGRESS', ...early, pause: { ...pause, state: 'new' } }, { kind: 'judge' }],
  [
    'waits for a judgement',
    { status: 'IN_PROGRESS', ...early, pause: { ...pause, state: 'judging' } },
    { kind: 'wait' },
  ],
  [
    'waits for an answer',
    { status: 'IN_PROGRESS', ...early, pause: { ...pause, state: 'answered' } },
    { kind: 'wait' },
  ],
  ['goes on after a pass', { status: 'IN_PROGRESS', ...early, ...judged('pass', 'pass') }, { kind: 'continue' }],
  ['goes on where nothing judges', { status: 'IN_PROGRESS', ...early, ...judged() }, { kind: 'continue' }],
  [
    'takes back after one failure among passes',
    { status: 'IN_PROGRESS', ...early, ...judged('pass', 'fail') },
    { kind: 'undo', reason: 'gate-failed', because: 'fail (fail): so' },
  ],
  [
    'does not take doubt for a pass',
    { status: 'IN_PROGRESS', ...early, ...judged('pass', 'inconclusive') },
    { kind: 'undo', reason: 'gate-failed' },
  ],
  [
    'goes nowhere at a pause once an undo was asked for',
    { status: 'IN_PROGRESS', ...early, ...undoing, ...judged('pass') },
    { kind: 'wait' },
  ],
  [
    'takes back a crash loop',
    { status: 'IN_PROGRESS', ...early, crashes: { count: 3, limit: 3, last: 'exit code 3' } },
    { kind: 'undo', reason: 'crash-loop', because: expect.stringContaining('exit code 3') },
  ],
  [
    'takes back what a gate saw while traffic moved',
    {
      status: 'IN_PROGRESS',
      ...early,
      alarm: { gate: 'alarms', position: 'step', verdict: 'fail', because: 'web-5xx is in ALARM', seconds: 0 },
    },
    { kind: 'undo', reason: 'gate-failed', because: 'alarms: web-5xx is in ALARM' },
  ],
  [
    'leaves at the stage it was told to',
    { status: 'IN_PROGRESS', lifecycleStage: 'BAKE_TIME', waitUntil: 'BAKE_TIME', ...early },
    { kind: 'conclude', outcome: 'in-progress' },
  ],
  [
    'leaves at a later stage too',
    { status: 'IN_PROGRESS', lifecycleStage: 'CLEAN_UP', waitUntil: 'BAKE_TIME', ...early },
    { kind: 'conclude', outcome: 'in-progress' },
  ],
  [
    'does not leave before its stage',
    { status: 'IN_PROGRESS', lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT', waitUntil: 'BAKE_TIME', ...early },
    { kind: 'wait' },
  ],
  [
    'tells who stopped it',
    { status: 'ROLLBACK_SUCCESSFUL', stoppedBy: 'mona', ...early },
    { kind: 'conclude', outcome: 'stopped', because: 'The deployment was stopped by mona and taken back.' },
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
      crashes: fc.constant(crashes),
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
        const asked = undone ? { undo: { ...undo, deadline: 10 } } : {};
        return decide({ status, now: 10, deadline: 10, crashes, ...asked }).kind !== 'wait';
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
