/** Where a service deployment stands, as far as a decision depends on it. */
export type Phase =
  /** Going forward: it may still be undone. */
  | 'forward'
  /** On its way back, or being stopped: wait for where it ends. */
  | 'backward'
  | 'successful'
  | 'stopped'
  | 'rolled-back'
  | 'rollback-failed'
  /** A word that we do not know. It is reported and treated as failure, never as "go on". */
  | 'unknown';

/** The statuses of a service deployment (Amazon ECS API reference, ServiceDeployment). */
const PHASES: ReadonlyMap<string, Phase> = new Map<string, Phase>(
  Object.entries({
    PENDING: 'forward',
    IN_PROGRESS: 'forward',
    STOP_REQUESTED: 'backward',
    ROLLBACK_REQUESTED: 'backward',
    ROLLBACK_IN_PROGRESS: 'backward',
    SUCCESSFUL: 'successful',
    STOPPED: 'stopped',
    ROLLBACK_SUCCESSFUL: 'rolled-back',
    ROLLBACK_FAILED: 'rollback-failed',
  } as const),
);

/** phaseOf reads a service deployment's status. */
export function phaseOf(status: string): Phase {
  return PHASES.get(status) ?? 'unknown';
}

/** isInFlight tells whether a deployment with this status still moves. A word we do not know counts as moving. */
export function isInFlight(status: string): boolean {
  const phase = phaseOf(status);
  return phase === 'forward' || phase === 'backward' || phase === 'unknown';
}
