/** Where a deployment stands still for a judgement. */
export type GatePosition =
  /** The new fleet is up and gets test traffic alone. */
  | 'before-traffic'
  /** It has had a part of the production traffic for a step's time. */
  | 'step'
  /** It has all of the production traffic; the old fleet still stands beside it. */
  | 'after-traffic';

/** `inconclusive` is not `pass`: what it leads to is said by the gate's own policy, never assumed. */
export type GateVerdict = 'pass' | 'fail' | 'inconclusive';

/** What a gate found, with what it saw. */
export interface GateResult {
  /** `verify`, `alarms`, `analysis`, `command`, `no-traffic-left`. */
  readonly gate: string;
  readonly position: GatePosition;
  readonly verdict: GateVerdict;
  /** One sentence for people. */
  readonly because: string;
  /** JSON for the report; never a secret. */
  readonly evidence?: unknown;
  readonly seconds: number;
}

/** worstOf returns the verdict of several gates together: one failure fails, one doubt leaves doubt. */
export function worstOf(results: readonly GateResult[]): GateVerdict {
  if (results.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return results.some(({ verdict }) => verdict === 'inconclusive') ? 'inconclusive' : 'pass';
}
