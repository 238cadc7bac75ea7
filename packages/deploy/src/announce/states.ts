import type { Outcome } from '@slipway/delivery';

/** GitHub's words for the state of a deployment, as far as we say them. */
export type DeploymentState = 'in_progress' | 'success' | 'failure' | 'error' | 'inactive';

/** GitHub's words for the status of a commit. */
export type CommitState = 'pending' | 'success' | 'failure' | 'error';

/** What GitHub is told. Only words of ours and of ECS: a message of an error may hold more than everybody may read. */
export interface Told {
  readonly deployment: DeploymentState;
  readonly commit: CommitState;
  readonly description: string;
}

/** GitHub takes no longer description. */
const MAX_DESCRIPTION = 140;

/** stageTold is what GitHub is told of a deployment that goes on. */
export function stageTold(stage: string): Told {
  return { deployment: 'in_progress', commit: 'pending', description: cut(stage) };
}

/** endTold is what GitHub is told of a deployment's end; undefined for what changed nothing and proved nothing. */
export function endTold(outcome: Outcome, code?: string): Told | undefined {
  const description = code === undefined ? `${outcome}.` : `${outcome}: ${code}`;
  switch (outcome) {
    case 'planned':
      return undefined;
    case 'succeeded':
    case 'unchanged':
      return { deployment: 'success', commit: 'success', description };
    // Nobody will ever tell its end: in progress would stay so, and the one before it be shown as what is deployed.
    case 'in-progress':
      return {
        deployment: 'success',
        commit: 'success',
        description: 'What was waited for is reached; ECS goes on by itself, and may still take it back.',
      };
    // The later deployment tells its own end; this one is no failure.
    case 'superseded':
      return { deployment: 'inactive', commit: 'error', description };
    case 'rolled-back':
    case 'failed':
    case 'refused':
    case 'stopped':
    case 'timed-out':
      return { deployment: 'failure', commit: 'failure', description };
    case 'rollback-failed':
    case 'cancelled':
    case 'unknown':
      return { deployment: 'error', commit: 'error', description };
  }
}

/** cut shortens a text to what GitHub takes. */
function cut(text: string): string {
  return text.length <= MAX_DESCRIPTION ? text : `${text.slice(0, MAX_DESCRIPTION - 1)}…`;
}
