import type { Outcome } from './outcome.js';
import { phaseOf } from './status.js';

/** What was seen of our service deployment at one look. Times are milliseconds since the epoch. */
export interface Sighting {
  /** ECS's word. */
  readonly status: string;
  readonly statusReason?: string;
  readonly rollbackReason?: string;
  readonly now: number;
  /** When we give up and take the deployment back. */
  readonly deadline: number;
  /** Why we already asked ECS to take it back, and until when that may take. */
  readonly undo?: { readonly reason: UndoReason; readonly deadline: number };
  /** A deployment of the same service that started after ours. */
  readonly newer?: { readonly arn: string; readonly taskDefinition?: string };
}

export type UndoReason = 'timed-out' | 'cancelled';

/** What to do after a look. */
export type Decision =
  | { readonly kind: 'wait' }
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
      return {
        kind: 'conclude',
        outcome: sighting.undo?.reason === 'timed-out' ? 'timed-out' : 'rolled-back',
        because: rollbackCause(sighting),
      };
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
  if (sighting.undo) return backward(sighting);
  if (sighting.now < sighting.deadline) return { kind: 'wait' };
  return { kind: 'undo', reason: 'timed-out', because: 'The deployment did not complete within timeout-minutes.' };
}

function backward(sighting: Sighting): Decision {
  // ECS goes back by itself too (circuit breaker, alarm); then the deployment's own deadline bounds our patience.
  const deadline = sighting.undo?.deadline ?? sighting.deadline;
  if (sighting.now < deadline) return { kind: 'wait' };
  return {
    kind: 'conclude',
    outcome: 'unknown',
    because: `ECS still reports '${sighting.status}' and the time for taking the deployment back is over.`,
  };
}

function stopped(sighting: Sighting): Decision {
  if (sighting.newer) {
    const what = sighting.newer.taskDefinition ? ` of ${sighting.newer.taskDefinition}` : '';
    return {
      kind: 'conclude',
      outcome: 'superseded',
      because: `A later deployment${what} replaced this one: ${sighting.newer.arn}.`,
    };
  }
  return { kind: 'conclude', outcome: 'stopped', because: reasonOf(sighting, 'The deployment was stopped.') };
}

function rollbackCause(sighting: Sighting): string {
  const told = sighting.rollbackReason ?? sighting.statusReason;
  if (sighting.undo?.reason === 'timed-out') {
    return `The deployment did not complete within timeout-minutes${told ? `; ECS says: ${told}` : '.'}`;
  }
  if (sighting.undo?.reason === 'cancelled') return `The run was cancelled${told ? `; ECS says: ${told}` : '.'}`;
  return told ?? 'ECS took the deployment back and gave no reason.';
}

function reasonOf(sighting: Sighting, otherwise: string): string {
  return sighting.statusReason ?? otherwise;
}
