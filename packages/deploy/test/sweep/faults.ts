import { SlipwayError } from '@slipway/core';
import type { FaultEffect } from '@slipway/local-aws';
import { runInLab, type Lab } from '@slipway/rehearsal';
import { around } from './distinct.js';
import { lookBefore, stateViolations, violations } from './invariants.js';
import { openPlay, outcomeOf, type Play } from './plays.js';

/** FAULTS are what AWS or the way to it may do to any call. */
export const FAULTS: readonly FaultEffect[] = [
  { kind: 'throttle' },
  { kind: 'error-before' },
  { kind: 'error-after' },
  { kind: 'lost-reply' },
  { kind: 'reset' },
  { kind: 'access-denied' },
  { kind: 'stale-read' },
  { kind: 'malformed' },
];

/** What goes wrong with a call: a fault, or no answer for a minute, the effect done or not. */
export type Trouble = FaultEffect | { readonly kind: 'timeout'; readonly effect: 'done' | 'not done' };

/** TROUBLES are all kinds of them. */
export const TROUBLES: readonly Trouble[] = [
  ...FAULTS,
  { kind: 'timeout', effect: 'done' },
  { kind: 'timeout', effect: 'not done' },
];

/** How one run with a fault went. */
export interface FaultRun {
  readonly outcome: string;
  /** Whether the fault met a call at all. */
  readonly wasHit: boolean;
  readonly violations: readonly string[];
  readonly lines: readonly string[];
}

const TIMEOUT_SECONDS = 60;

/** runWithFault plays a play whose n-th call goes wrong. */
export async function runWithFault(play: Play, trouble: Trouble, nth: number): Promise<FaultRun> {
  const { lab, taskDefinition } = await openPlay(play);
  try {
    const before = await lookBefore(lab);
    const interference = trouble.kind === 'timeout' ? { aws: timingOut(lab, trouble.effect, nth) } : {};
    if (trouble.kind !== 'timeout') lab.localAws.faults.add({ operation: '*', nth, ...trouble });
    const end = await runInLab(lab, { taskDefinition, request: play.request, interference });
    const wasHit = lab.localAws.calls().some(({ fault }) => fault !== undefined);
    const found = [...(await violations(lab, play, end)), ...(await afterwards())];
    return { outcome: outcomeOf(end), wasHit, violations: found, lines: end.lines };

    /** What a run could not end is ended by its post, or by ECS when the pauses are over. */
    async function afterwards(): Promise<readonly string[]> {
      const post = await runInLab(lab, { mode: 'post', request: play.request, interference: { state: end.state } });
      await lab.time.advance(3600);
      const said = post.error instanceof SlipwayError ? [post.error.hint] : [];
      return stateViolations(lab, before, [...end.warnings, ...post.warnings, ...end.lines, ...said]);
    }
  } finally {
    await lab.close();
  }
}

/** timingOut returns ports whose n-th call gets no answer, and says so only after a minute of the world. */
function timingOut(lab: Lab, effect: 'done' | 'not done', nth: number): Lab['aws'] {
  let count = 0;
  return around(lab.aws, async (_name, _given, call) => {
    count += 1;
    if (count !== nth) return call();
    const fault: FaultEffect = { kind: effect === 'done' ? 'lost-reply' : 'reset' };
    lab.localAws.faults.add({ operation: '*', nth: 1, ...fault });
    try {
      return await call();
    } catch (error) {
      await lab.time.wait(TIMEOUT_SECONDS);
      throw error;
    }
  });
}

/** A call of a play, and what is to go wrong with it. */
export interface Meeting {
  readonly trouble: Trouble;
  readonly nth: number;
}

/** meetings returns each kind of trouble with each of the calls: of the port's for a timeout, of AWS's for a fault. */
export function meetings(apiCalls: readonly number[], portCalls: readonly number[]): readonly Meeting[] {
  return TROUBLES.flatMap((trouble) =>
    (trouble.kind === 'timeout' ? portCalls : apiCalls).map((nth) => ({ trouble, nth })),
  );
}

/** sweep plays a play once for each meeting. */
export async function sweep(play: Play, wanted: readonly Meeting[]) {
  const found: string[] = [];
  const outcomes: Record<string, number> = {};
  for (const { trouble, nth } of wanted) {
    const run = await runWithFault(play, trouble, nth);
    outcomes[run.outcome] = (outcomes[run.outcome] ?? 0) + 1;
    const told = `${Object.values(trouble).join(', ')} at call ${nth}`;
    // A read that was never made before has no older answer.
    if (!run.wasHit && trouble.kind !== 'stale-read') found.push(`${told} met no call`);
    for (const violation of run.violations) found.push(`${told} (${run.outcome}): ${violation}`);
  }
  return { runs: wanted.length, found, outcomes };
}
