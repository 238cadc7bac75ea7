import type { FaultEffect } from '@slipway/local-aws';
import { runInLab, type LabEnd } from '@slipway/rehearsal';
import { lookBefore, stateViolations, violations } from './invariants.js';
import { openPlay, type Play } from './plays.js';

/** FAULTS are what may happen to any call. */
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

/** How one run with a fault went. */
export interface FaultRun {
  readonly outcome: string;
  /** Whether the fault met a call at all. */
  readonly wasHit: boolean;
  readonly violations: readonly string[];
  readonly lines: readonly string[];
}

/** runWithFault plays a play whose n-th call goes wrong. */
export async function runWithFault(play: Play, effect: FaultEffect, nth: number): Promise<FaultRun> {
  const { lab, taskDefinition } = await openPlay(play);
  try {
    const before = await lookBefore(lab);
    lab.localAws.faults.add({ operation: '*', nth, ...effect });
    const end = await runInLab(lab, { taskDefinition, request: play.request });
    const wasHit = lab.localAws.calls().some(({ fault }) => fault !== undefined);
    const found = [...(await violations(lab, play, end)), ...(await afterwards())];
    return { outcome: outcomeOf(end), wasHit, violations: found, lines: end.lines };

    /** What a run could not end is ended by its post, or by ECS when the pauses are over. */
    async function afterwards(): Promise<readonly string[]> {
      const post = await runInLab(lab, { mode: 'post', request: play.request, interference: { state: end.state } });
      await lab.time.advance(3600);
      return stateViolations(lab, before, [...end.warnings, ...post.warnings, ...end.lines]);
    }
  } finally {
    await lab.close();
  }
}

/** sweep plays a play with each kind of fault at one call in `step`. */
export async function sweep(play: Play, step: number) {
  const calls = await callsOf(play);
  const found: string[] = [];
  const outcomes: Record<string, number> = {};
  let runs = 0;
  for (const [offset, effect] of FAULTS.entries()) {
    // Each kind begins elsewhere: together they meet more of the calls than any alone.
    for (let nth = 1 + (offset % step); nth <= calls; nth += step) {
      const run = await runWithFault(play, effect, nth);
      runs += 1;
      outcomes[run.outcome] = (outcomes[run.outcome] ?? 0) + 1;
      // A read that was never made before has no older answer.
      if (!run.wasHit && effect.kind !== 'stale-read') found.push(`${effect.kind} at call ${nth} met no call`);
      for (const violation of run.violations)
        found.push(`${effect.kind} at call ${nth} (${run.outcome}): ${violation}`);
    }
  }
  return { runs, found, outcomes };
}

/** callsOf counts the calls of a play that nobody interferes with, and requires its outcome. */
export async function callsOf(play: Play): Promise<number> {
  const { lab, taskDefinition } = await openPlay(play);
  try {
    const end = await runInLab(lab, { taskDefinition, request: play.request });
    const found = await violations(lab, play, end);
    if (outcomeOf(end) !== play.outcome || found.length > 0) {
      throw new Error(
        `'${play.name}' ends as ${outcomeOf(end)} by itself: ${found.join('; ')}\n${end.lines.join('\n')}`,
      );
    }
    return lab.localAws.calls().filter(({ accessKeyId }) => accessKeyId === 'LAB').length;
  } finally {
    await lab.close();
  }
}

/** outcomeOf names how a run ended: its outcome, or the code that it threw. */
export function outcomeOf(end: LabEnd): string {
  if (end.delivered) return end.delivered.outcome;
  return String((end.error as { code?: string } | undefined)?.code ?? end.error);
}
