import type { GatePosition, GateResult } from './gates.js';
import { worstOf } from './gates.js';
import type { WaitUntil } from './intent.js';
import type { Outcome } from './outcome.js';
import { phaseOf } from './status.js';

/** What was seen of our service deployment at one look. Times are milliseconds since the epoch. */
export interface Sighting {
  /** ECS's word. */
  readonly status: string;
  readonly statusReason?: string;
  readonly rollbackReason?: string;
  /** ECS's word for the stage it is in. */
  readonly lifecycleStage?: string;
  readonly now: number;
  /** When we give up and take the deployment back. */
  readonly deadline: number;
  /** Why we already asked ECS to take it back, and until when that may take. */
  readonly undo?: Undo;
  /** Our hook that waits for an answer, and what its gates said so far. */
  readonly pause?: SeenPause;
  /** A gate that failed while traffic moved. */
  readonly alarm?: GateResult;
  /** Tasks of the new revision that stopped by themselves. */
  readonly crashes: { readonly count: number; readonly limit: number; readonly last?: string };
  /** A deployment of the same service that started after ours. */
  readonly newer?: { readonly arn: string; readonly taskDefinition?: string; readonly by?: string };
  /** Who stopped it by our rollback action, where that is what happened. */
  readonly stoppedBy?: string;
  readonly waitUntil?: WaitUntil;
}

export type UndoReason = 'timed-out' | 'cancelled' | 'gate-failed' | 'crash-loop' | 'lost-sight';

/** A rollback that was asked for. */
export interface Undo {
  readonly reason: UndoReason;
  readonly because: string;
  readonly deadline: number;
  /** False while ECS has not taken the call: it is made again. */
  readonly isAccepted: boolean;
}

/** A hook of ours at which the deployment stands. */
export interface SeenPause {
  readonly hookId: string;
  readonly position: GatePosition;
  /** `judged` with results; `answered` when our answer is on its way. */
  readonly state: 'new' | 'judging' | 'answered' | { readonly judged: readonly GateResult[] };
}

/** What to do after a look. */
export type Decision =
  | { readonly kind: 'wait' }
  | { readonly kind: 'judge'; readonly hookId: string; readonly position: GatePosition }
  | { readonly kind: 'continue'; readonly hookId: string; readonly position: GatePosition }
  | { readonly kind: 'undo'; readonly reason: UndoReason; readonly because: string }
  | { readonly kind: 'conclude'; readonly outcome: Outcome; readonly because: string };

/** decide says what follows from one look at our deployment. It is a function of what was seen and nothing else. */
export function decide(sighting: Sighting): Decision {
  const { status } = sighting;
  switch (phaseOf(status)) {
    case 'forward':
      return forward(sighting);
    case 'backward':
      return backward(sighting);
    case 'successful':
      return { kind: 'conclude', outcome: 'succeeded', because: reasonOf(sighting, 'ECS completed the deployment.') };
    case 'stopped':
      return stopped(sighting);
    case 'rolled-back':
      return rolledBack(sighting);
    case 'rollback-failed':
      return { kind: 'conclude', outcome: 'rollback-failed', because: rollbackCause(sighting) };
    case 'unknown':
      return {
        kind: 'conclude',
        outcome: 'unknown',
        because: `ECS reports the status '${status}', which this version does not know.`,
      };
  }
}

function forward(sighting: Sighting): Decision {
  const { undo, alarm, crashes, now, deadline } = sighting;
  if (undo?.isAccepted) return backward(sighting);
  if (undo) return now < undo.deadline ? { kind: 'undo', ...undo } : giveUp(sighting);
  if (alarm) return { kind: 'undo', reason: 'gate-failed', because: `${alarm.gate}: ${alarm.because}` };
  if (crashes.count >= crashes.limit) {
    const last = crashes.last ? ` The last one: ${crashes.last}.` : '';
    return {
      kind: 'undo',
      reason: 'crash-loop',
      because: `${crashes.count} tasks of the new revision stopped by themselves.${last}`,
    };
  }
  if (now >= deadline) {
    return { kind: 'undo', reason: 'timed-out', because: 'The deployment did not complete within timeout-minutes.' };
  }
  if (sighting.pause) return atPause(sighting.pause);
  return hasReached(sighting) ? leave(sighting) : { kind: 'wait' };
}

function atPause({ hookId, position, state }: SeenPause): Decision {
  if (state === 'new') return { kind: 'judge', hookId, position };
  if (state === 'judging' || state === 'answered') return { kind: 'wait' };
  if (worstOf(state.judged) === 'pass') return { kind: 'continue', hookId, position };
  // A gate that could not tell has already done what its policy says: what is left of its doubt stops the deployment.
  const bad = state.judged.filter(({ verdict }) => verdict !== 'pass');
  return {
    kind: 'undo',
    reason: 'gate-failed',
    because: bad.map(({ gate, verdict, because }) => `${gate} (${verdict}): ${because}`).join(' '),
  };
}

/** The stages after our last pause, in ECS's order. */
const LAST_STAGES: readonly string[] = ['BAKE_TIME', 'CLEAN_UP'];

function hasReached({ waitUntil, lifecycleStage }: Sighting): boolean {
  if (waitUntil === undefined || lifecycleStage === undefined) return false;
  return LAST_STAGES.indexOf(lifecycleStage) >= LAST_STAGES.indexOf(waitUntil);
}

function leave({ lifecycleStage }: Sighting): Decision {
  return {
    kind: 'conclude',
    outcome: 'in-progress',
    because: `The deployment reached ${lifecycleStage}; ECS completes it by itself, or its alarms take it back.`,
  };
}

function backward(sighting: Sighting): Decision {
  // ECS goes back by itself too (circuit breaker, alarm); then the deployment's own deadline bounds our patience.
  const deadline = sighting.undo?.deadline ?? sighting.deadline;
  return sighting.now < deadline ? { kind: 'wait' } : giveUp(sighting);
}

function giveUp({ status }: Sighting): Decision {
  return {
    kind: 'conclude',
    outcome: 'unknown',
    because: `ECS still reports '${status}' and the time for taking the deployment back is over.`,
  };
}

function rolledBack(sighting: Sighting): Decision {
  const { undo, stoppedBy } = sighting;
  if (!undo && stoppedBy !== undefined) {
    return {
      kind: 'conclude',
      outcome: 'stopped',
      because: `The deployment was stopped by ${stoppedBy} and taken back.`,
    };
  }
  return {
    kind: 'conclude',
    outcome: undo?.reason === 'timed-out' ? 'timed-out' : 'rolled-back',
    because: rollbackCause(sighting),
  };
}

function stopped(sighting: Sighting): Decision {
  const { newer } = sighting;
  if (!newer) {
    return { kind: 'conclude', outcome: 'stopped', because: reasonOf(sighting, 'The deployment was stopped.') };
  }
  const what = newer.taskDefinition ? ` of ${newer.taskDefinition}` : '';
  const by = newer.by ? ` by ${newer.by}` : '';
  return {
    kind: 'conclude',
    outcome: 'superseded',
    because: `A later deployment${what}${by} replaced this one: ${newer.arn}.`,
  };
}

function rollbackCause(sighting: Sighting): string {
  const told = sighting.rollbackReason ?? sighting.statusReason;
  if (sighting.undo) return `${sighting.undo.because}${told ? ` ECS says: ${told}` : ''}`;
  return told ?? 'ECS took the deployment back and gave no reason.';
}

function reasonOf(sighting: Sighting, otherwise: string): string {
  return sighting.statusReason ?? otherwise;
}
