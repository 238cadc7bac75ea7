import { secondsMs, type Clock } from '@slipway/core';
import { assertBaseUrl, sendRequest } from '@slipway/http-checks';
import type { Counts, SharedLook } from './analyst.js';
import type { Endpoint } from './verify.js';

/** Requests of our own to both fleets, where production has too few. */
export interface PairedProbes {
  /** Where the new fleet answers alone. */
  readonly test: Endpoint;
  /** Where production answers; while the new fleet has a share, it answers some of these. */
  readonly production: Endpoint;
  readonly path: string;
  /** Makes a request; http-checks' own where nothing else is said. */
  readonly send?: typeof sendRequest;
}

/** How a round of probes is made. */
export interface Round {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Answers that take longer are counted as slow; absent: none is. */
  readonly slowSeconds?: number;
}

/** A look at the statistics after so many pairs, a pair a second: no load, and both fleets meet the same weather. */
const PAIRS_PER_ROUND = 10;
const INTERVAL_SECONDS = 1;
/** Without an answer in this time a probe is an error. */
const TIMEOUT_MS = 10_000;

/**
 * probeRound asks both fleets in pairs, in alternating order, and counts as CloudWatch would: a 5xx, or no answer, is
 * an error.
 *
 * @throws SlipwayError CHECKS_BASE_URL_INVALID; the signal's reason when it aborts
 */
export async function probeRound(probes: PairedProbes, round: Round): Promise<SharedLook> {
  const { clock, signal } = round;
  const at = clock.now();
  const fresh = new Tally(round);
  const old = new Tally(round);
  for (let pair = 0; pair < PAIRS_PER_ROUND; pair += 1) {
    const both = [
      () => fresh.add(() => ask(probes, probes.test, signal)),
      () => old.add(() => ask(probes, probes.production, signal)),
    ];
    for (const one of pair % 2 === 0 ? both : both.reverse()) await one();
    await clock.sleep(secondsMs(clock, INTERVAL_SECONDS), signal);
  }
  return { at, fresh: fresh.counts(), old: old.counts() };
}

/** Whether an answer came that is no error of the service. */
async function ask({ send = sendRequest, path }: PairedProbes, to: Endpoint, signal: AbortSignal): Promise<boolean> {
  const baseUrl = assertBaseUrl(to.baseUrl);
  const request = { method: 'GET', path, headers: to.headers ?? {}, timeoutMs: TIMEOUT_MS } as const;
  try {
    return (await send({ ...request, baseUrl, signal })).status < 500;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

class Tally {
  readonly #round: Round;
  #requests = 0;
  #errors = 0;
  #slow = 0;

  constructor(round: Round) {
    this.#round = round;
  }

  async add(request: () => Promise<boolean>): Promise<void> {
    const { clock, slowSeconds } = this.#round;
    const startedAt = clock.now();
    const isGood = await request();
    this.#requests += 1;
    if (!isGood) this.#errors += 1;
    // A service's time is a wall's, in a rehearsal too.
    if (slowSeconds !== undefined && clock.now() - startedAt > slowSeconds * 1_000) this.#slow += 1;
  }

  counts(): Counts {
    const isTimed = this.#round.slowSeconds !== undefined;
    return { requests: this.#requests, errors: this.#errors, ...(isTimed ? { slow: this.#slow } : {}) };
  }
}
