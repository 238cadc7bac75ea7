import { expect, it } from '@jest/globals';
import { judgeDrain } from '../../src/deployability/drain.js';
import type { End } from '../../src/deployability/kept-connection.js';

/** From, to, and how it ended; the service is told to end at 100. */
type Row = readonly [begunMs: number, endedMs: number, end: End];

it.each<[string, readonly Row[], string]>([
  [
    'answers what was in flight',
    [
      [50, 150, 'answered'],
      [90, 110, 'answered'],
    ],
    'passed',
  ],
  [
    'had nothing in flight',
    [
      [50, 90, 'answered'],
      [120, 121, 'not-taken'],
    ],
    'not-run',
  ],
  ['answers only what came later', [[120, 130, 'answered']], 'not-run'],
  ['was asked nothing', [], 'not-run'],
  [
    'drops what it had taken',
    [
      [50, 150, 'unanswered'],
      [60, 150, 'unanswered'],
    ],
    'failed',
  ],
  [
    'takes what comes later, and drops it',
    [
      [150, 160, 'unanswered'],
      [155, 160, 'unanswered'],
    ],
    'failed',
  ],
  [
    'closes a connection just when a request comes',
    [
      [50, 150, 'answered'],
      [99, 101, 'unanswered'],
    ],
    'passed',
  ],
  [
    'breaks one answer off',
    [
      [50, 150, 'answered'],
      [60, 150, 'broken-off'],
    ],
    'failed',
  ],
  [
    'lost something before',
    [
      [10, 90, 'broken-off'],
      [50, 150, 'answered'],
    ],
    'passed',
  ],
  [
    'refuses what comes later',
    [
      [50, 150, 'answered'],
      [160, 161, 'not-taken'],
      [170, 171, 'not-taken'],
    ],
    'passed',
  ],
  [
    'takes longer than we wait',
    [
      [50, 30_050, 'given-up'],
      [60, 30_060, 'given-up'],
    ],
    'not-run',
  ],
])('judges a service that %s', (_, rows, state) => {
  const sent = rows.map(([begunMs, endedMs, end]) => ({ path: '/', begunMs, endedMs, end }));
  expect(judgeDrain(sent, 100).state).toBe(state);
});

it('says how many, and which of them', () => {
  const sent = (['answered', 'unanswered', 'unanswered', 'broken-off'] as const).map((end, at) => {
    return { path: `/${at}`, begunMs: 1, endedMs: 200, end };
  });
  expect(judgeDrain(sent, 100).because).toBe(
    '3 of 4 requests that it had taken got no whole answer (GET /3: the answer broke off)',
  );
});
