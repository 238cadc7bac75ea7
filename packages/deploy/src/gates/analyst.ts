import type { GateVerdict } from '@slipway/delivery';

/** What a fleet answered in a stretch of time. */
export interface Counts {
  readonly requests: number;
  readonly errors: number;
  /** Answers that took longer than the threshold; absent where none was set. */
  readonly slow?: number;
}

/** What both fleets answered in the same stretch of time: a minute of CloudWatch, or a round of probes. */
export interface SharedLook {
  /** Milliseconds since the epoch at which it began. */
  readonly at: number;
  readonly fresh: Counts;
  readonly old: Counts;
}

/** What the statistics say so far. */
export interface Opinion {
  readonly verdict: GateVerdict;
  /** One sentence for people; of doubt too: what could and what could not have been seen. */
  readonly because: string;
  readonly evidence?: unknown;
}

/** Analyst is the statistics as the gate asks them. Pure: the same looks give the same opinion. */
export interface Analyst {
  /**
   * Whether the new fleet does worse than the old one did in the same stretches; valid at every look.
   *
   * @param before the old fleet's minutes before the deployment: how its errors scatter
   */
  compare(looks: readonly SharedLook[], before: readonly Counts[]): Opinion;
  /** Whether the new fleet's errors exceed a rate from 0 to 1, where there is no old fleet beside it. */
  holdAgainst(minutes: readonly Counts[], rate: number): Opinion;
}
