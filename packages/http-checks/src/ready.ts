import { messageOf, poll, type Clock } from '@slipway/core';
import { assertBaseUrl, sendRequest } from './http.js';
import type { Readiness } from './suite.js';

/** How to wait for a service. */
export interface WaitOptions {
  readonly baseUrl: string;
  readonly ready: Readiness;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Asked before each look; `false` ends the wait: what has ended will not get ready. */
  readonly stillRunning?: () => boolean;
}

/** WaitResult is how the wait ended; `last` is what was seen last. */
export type WaitResult =
  | { readonly state: 'ready'; readonly ms: number }
  | { readonly state: 'timed-out'; readonly ms: number; readonly last: string }
  | { readonly state: 'ended'; readonly ms: number };

/** Often enough not to add a noticeable wait to a start, which most services have behind them soon. */
const EARLY_INTERVAL_MS = 50;
const EARLY_MS = 2_000;
/** Seldom enough not to be load, and not to fill the service's log. */
const INTERVAL_MS = 200;
/** A service that does not answer its readiness check in this time is not ready, and is asked anew. */
const LOOK_TIMEOUT_MS = 2_000;

/**
 * waitUntilReady asks a service for its readiness path until it answers as expected, ends, or its time is over.
 *
 * @throws SlipwayError CHECKS_BASE_URL_INVALID; the signal's reason when it aborts
 */
export async function waitUntilReady(options: WaitOptions): Promise<WaitResult> {
  const { clock, ready, signal } = options;
  const baseUrl = assertBaseUrl(options.baseUrl);
  const start = clock.now();
  const deadline = start + ready.timeoutSeconds * 1000;
  const early = Math.min(start + EARLY_MS, deadline);
  const done = (seen: Seen): boolean => seen === 'ready' || seen === 'ended';
  const ask = { clock, signal, look: () => look({ ...options, baseUrl }), done };
  let last = await poll({ ...ask, intervalMs: EARLY_INTERVAL_MS, deadline: early });
  if (!done(last) && early < deadline) last = await poll({ ...ask, intervalMs: INTERVAL_MS, deadline });
  const ms = clock.now() - start;
  if (last === 'ready' || last === 'ended') return { state: last, ms };
  return { state: 'timed-out', ms, last: last.problem };
}

/** Seen is what a look at a service has found. */
type Seen = 'ready' | 'ended' | { readonly problem: string };

async function look(options: WaitOptions): Promise<Seen> {
  const { baseUrl, ready, signal } = options;
  if (options.stillRunning?.() === false) return 'ended';
  try {
    const request = {
      method: 'GET',
      path: ready.path,
      headers: {},
      timeoutMs: LOOK_TIMEOUT_MS,
    } as const;
    const { status } = await sendRequest({ ...request, baseUrl, signal });
    return status === ready.status ? 'ready' : { problem: `status ${status}` };
  } catch (error) {
    signal.throwIfAborted();
    return { problem: messageOf(error) };
  }
}
