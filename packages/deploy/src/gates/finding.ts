import { SlipwayError, secondsMs, type Clock } from '@slipway/core';
import { positionOf, type GatePosition, type GateResult, type GateVerdict } from '@slipway/delivery';
import type { Moving, Pause } from './gate.js';

/** What a gate found; {@link resultOf} adds which gate it was and how long it took. */
export interface Finding {
  readonly verdict: GateVerdict;
  /** One sentence for people. */
  readonly because: string;
  /** JSON for the report; never a secret. */
  readonly evidence?: unknown;
}

/** What one look came to: a finding, or why there is none yet. */
export type Look = Finding | Pending;

export interface Pending {
  readonly verdict: 'pending';
  /** Why there is no finding; told when time is over. */
  readonly because: string;
  readonly evidence?: unknown;
  /** Milliseconds until another look makes sense. */
  readonly againMs: number;
}

/** How a gate looks until it knows. */
export interface Looking {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly look: () => Promise<Look>;
}

/** AWS was asked several times already when an error reaches us: a pause lets a throttled account breathe. */
const AFTER_ERROR_SECONDS = 10;

/**
 * lookUntilFound looks again and again until there is a finding; at the deadline there is one look more, and then
 * doubt. What AWS could not answer is no fault of the release: it is asked anew where that can help.
 *
 * @throws the signal's reason when it aborts
 */
export async function lookUntilFound({ clock, signal, deadline, look }: Looking): Promise<Finding> {
  let last: { readonly evidence?: unknown } = {};
  for (;;) {
    signal.throwIfAborted();
    const seen = await lookOnce(look, clock);
    signal.throwIfAborted();
    if (seen.verdict !== 'pending') return { ...last, ...seen };
    if (seen.evidence !== undefined) last = { evidence: seen.evidence };
    const left = deadline - clock.now();
    if (left <= 0) return { verdict: 'inconclusive', because: seen.because, ...last };
    await clock.sleep(Math.min(seen.againMs, left), signal);
  }
}

async function lookOnce(look: () => Promise<Look>, clock: Clock): Promise<Look> {
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const { message, hint, retryable } = error;
    if (retryable) return { verdict: 'pending', because: message, againMs: secondsMs(clock, AFTER_ERROR_SECONDS) };
    return { verdict: 'inconclusive', because: `${message} ${hint}` };
  }
}

/** Whose finding it is. */
export interface Judged {
  readonly gate: string;
  readonly clock: Clock;
  readonly position: GatePosition;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** resultOf makes a gate's result of what it found. */
export function resultOf({ gate, clock, position, startedAt }: Judged, finding: Finding): GateResult {
  const { verdict, because, evidence } = finding;
  const seconds = (clock.now() - startedAt) / secondsMs(clock, 1);
  return { gate, position, verdict, because, seconds, ...(evidence === undefined ? {} : { evidence }) };
}

/** judgedBy runs a gate's judgement at a pause and times it. */
export async function judgedBy(
  gate: string,
  { pause, clock }: { readonly pause: Pause; readonly clock: Clock },
  find: () => Promise<Finding>,
): Promise<GateResult> {
  const startedAt = clock.now();
  return resultOf({ gate, clock, position: pause.position, startedAt }, await find());
}

/** placeOf names the position that a deployment is in while traffic moves. */
export function placeOf({ percent }: Pick<Moving, 'percent'>): GatePosition {
  return positionOf(undefined, percent);
}
