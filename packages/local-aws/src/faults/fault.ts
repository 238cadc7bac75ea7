/**
 * FaultEffect is what happens to a call that a fault hits. Where the call's effect still happens, it happens whole: the
 * operation runs as if nothing were wrong, and only its caller is not told.
 */
export type FaultEffect =
  /** The service's own throttling error, before the effect. `code` replaces the service's usual one. */
  | { readonly kind: 'throttle'; readonly code?: string }
  /** A service fault before the effect. By default 500 with the service's own code for it. */
  | { readonly kind: 'error-before'; readonly status?: number; readonly code?: string }
  /** The same error, after the effect. */
  | { readonly kind: 'error-after'; readonly status?: number; readonly code?: string }
  /** The effect happens; the connection ends without an answer. */
  | { readonly kind: 'lost-reply' }
  /** The connection is reset; nothing happens. */
  | { readonly kind: 'reset' }
  /** The effect and the answer come so many real milliseconds later, even if the caller has gone by then. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** A read answers what it last answered before the latest write, or `agoMs` real milliseconds ago. */
  | { readonly kind: 'stale-read'; readonly agoMs?: number }
  /** The caller's policies do not allow the call; nothing happens. */
  | { readonly kind: 'access-denied' }
  /** The effect happens; the answer's body is cut in the middle. */
  | { readonly kind: 'malformed' };

/** FaultOccasion says which of the calls that a fault is for it hits. */
export type FaultOccasion =
  | { readonly always: true }
  /** The n-th such call since the fault was added, counted from 1. */
  | { readonly nth: number }
  /** Each with that probability; the same seed draws the same for the same sequence of calls. */
  | { readonly probability: number; readonly seed: number };

/** FaultTarget says which calls a fault is for. */
export interface FaultTarget {
  /** `service:Operation`, as in `ecs:UpdateService`; a `*` stands for any text: `ecs:Describe*`, `*`. */
  readonly operation: string;
  /** Only calls whose resource, as the call record has it, is or ends with this text. */
  readonly resource?: string;
  /** The most calls that it hits; any number by default. */
  readonly times?: number;
}

/** FaultRule is one fault: for which calls, when, and what happens. */
export type FaultRule = FaultTarget & FaultOccasion & FaultEffect;

/** The kinds of faults by their names. */
export type FaultKind = FaultEffect['kind'];
