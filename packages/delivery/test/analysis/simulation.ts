import { ANALYST_DEFAULTS, indict, type FleetsLook } from '../../src/index.js';

/** random returns a repeatable source of numbers from 0 to 1 (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A release as it is simulated. Rates are from 0 to 1. */
export interface Release {
  readonly requestsPerMinute: number;
  readonly baselineRate: number;
  readonly canaryRate: number;
  /** Errors come in bursts of this mean length; 1: each by itself. */
  readonly burst?: number;
  /** Minutes in which both fleets fail at this rate as well. */
  readonly incident?: { readonly rate: number; readonly minutes: number };
}

/** Ten minutes at 10 %, then ten at 50 %. */
const SHARES: readonly number[] = [...Array<number>(10).fill(0.1), ...Array<number>(10).fill(0.5)];
const MINUTES_BEFORE = 60;

/** How a canary went: the minute in which it was condemned, if it was, and what the new fleet had answered until then. */
export interface Course {
  readonly failedAfter?: number;
  readonly requests: number;
  readonly looks: readonly FleetsLook[];
}

/** play simulates one canary, looked at after every minute. */
export function play(release: Release, next: () => number): Course {
  const before = Array.from({ length: MINUTES_BEFORE }, () =>
    fleet(release, { rate: release.baselineRate, requests: poisson(release.requestsPerMinute, next) }, next),
  );
  const looks: FleetsLook[] = [];
  let requests = 0;
  for (const [minute, share] of SHARES.entries()) {
    const count = poisson(release.requestsPerMinute, next);
    const canary = binomial(count, share, next);
    const isIncident = release.incident && minute >= 5 && minute < 5 + release.incident.minutes;
    const extra = isIncident ? (release.incident?.rate ?? 0) : 0;
    looks.push({
      fresh: fleet(release, { rate: release.canaryRate + extra, requests: canary }, next),
      old: fleet(release, { rate: release.baselineRate + extra, requests: count - canary }, next),
    });
    requests += canary;
    if (indict(ANALYST_DEFAULTS, looks, before).isCondemned) return { failedAfter: minute + 1, requests, looks };
  }
  return { requests, looks };
}

interface Minute {
  readonly rate: number;
  readonly requests: number;
}

function fleet(release: Release, { rate, requests }: Minute, next: () => number) {
  const burst = release.burst ?? 1;
  if (burst === 1) return { requests, errors: binomial(requests, Math.min(1, rate), next) };
  let errors = 0;
  const bursts = poisson((requests * rate) / burst, next);
  for (let at = 0; at < bursts; at += 1) errors += geometric(burst, next);
  return { requests, errors: Math.min(requests, errors) };
}

function binomial(count: number, rate: number, next: () => number): number {
  let sum = 0;
  for (let at = 0; at < count; at += 1) if (next() < rate) sum += 1;
  return sum;
}

function poisson(mean: number, next: () => number): number {
  // In parts: e^-mean of a large mean is 0.
  let [left, count] = [mean, 0];
  while (left > 0) {
    const part = Math.min(left, 30);
    left -= part;
    const limit = Math.exp(-part);
    for (let product = next(); product > limit; product *= next()) count += 1;
  }
  return count;
}

function geometric(mean: number, next: () => number): number {
  return 1 + Math.floor(Math.log(1 - next()) / Math.log(1 - 1 / mean));
}
