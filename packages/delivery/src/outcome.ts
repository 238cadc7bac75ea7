/** How a deployment ended. */
export type Outcome =
  | 'planned'
  | 'unchanged'
  | 'succeeded'
  | 'in-progress'
  | 'rolled-back'
  | 'rollback-failed'
  | 'failed'
  | 'superseded'
  | 'stopped'
  | 'timed-out'
  | 'refused'
  | 'cancelled'
  | 'unknown';

const GREEN: ReadonlySet<Outcome> = new Set<Outcome>(['planned', 'unchanged', 'succeeded', 'in-progress']);

/** isGreen tells whether a step with this outcome may be green. Everything that is not certain is red. */
export function isGreen(outcome: Outcome): boolean {
  return GREEN.has(outcome);
}
