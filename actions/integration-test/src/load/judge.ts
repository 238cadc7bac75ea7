import type { Comparison } from './compare.js';
import { NO_ANSWER } from './connection.js';
import type { LoadFigures } from './figures.js';

/** LoadLimits is what a load may come to at most. What is absent is not looked at. */
export interface LoadLimits {
  readonly errorPercent: number;
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  /** Of the p95, against the previous image's. */
  readonly slowerPercent?: number;
}

/** LoadVerdict is what one limit says of a load. */
export interface LoadVerdict {
  readonly limit: 'rate' | 'error-rate' | 'p50' | 'p95' | 'p99' | 'previous';
  /** What was to hold: `p95 of at most 100 ms`. */
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'inconclusive';
  /** What was measured, by how much that is too much, and why it may not be the service's fault. */
  readonly because: string;
}

/** The last requests may come into the time after the end. */
const KEPT_SHARE = 0.99;
/** Who has so little rest cannot be told from who is too slow. */
const BUSY_SHARE = 0.95;
/** What a timer of a millisecond cannot tell apart. */
const LEAST_MS = 1;

/** judgeLoad holds a load against its limits. What this machine may have caused itself is inconclusive, and says so. */
export function judgeLoad(figures: LoadFigures, limits: LoadLimits, comparison?: Comparison): readonly LoadVerdict[] {
  return [
    ...judgeRate(figures),
    judgeErrors(figures, limits.errorPercent),
    ...(['p50', 'p95', 'p99'] as const).flatMap((name) => {
      const limitMs = limits[`${name}Ms`];
      return limitMs === undefined ? [] : [judgeLatency(figures, name, limitMs)];
    }),
    ...(limits.slowerPercent === undefined ? [] : [judgeSlower(figures, limits.slowerPercent, comparison)]),
  ];
}

function judgeRate(figures: LoadFigures): LoadVerdict[] {
  const { perSecond, asked, sent, seconds } = figures;
  if (perSecond === undefined || asked === undefined) return [];
  const kept = Math.round(sent / seconds);
  const verdict = { limit: 'rate', title: `${perSecond} requests per second` } as const;
  if (sent >= asked * KEPT_SHARE) return [{ ...verdict, state: 'passed', because: `${kept} per second were sent` }];
  const fault = ownFault(figures);
  const because = `asked for ${perSecond} per second, sent ${kept}`;
  return fault === undefined
    ? [{ ...verdict, state: 'failed', because: `${because}: all connections were waiting for the service` }]
    : [{ ...verdict, state: 'inconclusive', because: `${because}: ${fault}` }];
}

/** An error is an error on any machine; that no answer came in time may be for want of a processor. */
function judgeErrors(figures: LoadFigures, limit: number): LoadVerdict {
  const { errorPercent, failed, sent, problems } = figures;
  const verdict = { limit: 'error-rate', title: `at most ${limit} % of the requests fail` } as const;
  const kinds = Object.entries(problems).map(([problem, count]) => `${count} × ${problem}`);
  const found = `${failed} of ${sent} failed (${errorPercent} %)`;
  if (errorPercent <= limit && sent > 0) return { ...verdict, state: 'passed', because: found };
  const because = [found, ...kinds.slice(0, 3)].join(', ');
  const others = failed - (problems[NO_ANSWER] ?? 0);
  const fault = sent > 0 && (others / sent) * 100 <= limit ? ownFault(figures) : undefined;
  return fault === undefined
    ? { ...verdict, state: 'failed', because }
    : { ...verdict, state: 'inconclusive', because: `${because}, and ${fault}` };
}

function judgeLatency(figures: LoadFigures, name: 'p50' | 'p95' | 'p99', limitMs: number): LoadVerdict {
  const ms = figures.latencyMs[name];
  const verdict = { limit: name, title: `${name} of at most ${limitMs} ms` } as const;
  if (ms <= limitMs) return { ...verdict, state: 'passed', because: `it is ${ms} ms` };
  const because = `it is ${ms} ms, ${rounded(ms - limitMs)} ms (${Math.round((ms / limitMs - 1) * 100)} %) too much`;
  const late = ms - figures.lagMs <= limitMs ? `requests were sent up to ${figures.lagMs} ms too late` : undefined;
  const fault = ownFault(figures) ?? late;
  return fault === undefined
    ? { ...verdict, state: 'failed', because }
    : { ...verdict, state: 'inconclusive', because: `${because}, and ${fault}` };
}

/** Slower is what is so in each of its halves, against each of the other's: what a machine does by itself is not. */
function judgeSlower(figures: LoadFigures, limit: number, comparison: Comparison | undefined): LoadVerdict {
  const verdict = { limit: 'previous', title: `a p95 at most ${limit} % above the previous image's` } as const;
  if (!comparison) return { ...verdict, state: 'inconclusive', because: 'the previous image could not be measured' };
  const [now, before] = [figures.latencyMs.p95, comparison.previous.latencyMs.p95];
  const because = `it is ${now} ms, and was ${before} ms`;
  const isAbove = (ms: number, other: number): boolean => ms > other * (1 + limit / 100) && ms - other > LEAST_MS;
  if (!isAbove(now, before)) return { ...verdict, state: 'passed', because };
  const { halves } = comparison;
  return isAbove(Math.min(...halves.now), Math.max(...halves.previous))
    ? { ...verdict, state: 'failed', because: `${because}: ${Math.round((now / before - 1) * 100)} % slower` }
    : { ...verdict, state: 'inconclusive', because: `${because}, and measured twice each they are not apart` };
}

/** ownFault says why a load may be slow or small without the service being so. */
function ownFault({ busy }: LoadFigures): string | undefined {
  if (busy.process >= BUSY_SHARE) return 'the load itself could do no more on this machine';
  return busy.machine >= BUSY_SHARE ? 'the processors of this machine had no rest left' : undefined;
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
