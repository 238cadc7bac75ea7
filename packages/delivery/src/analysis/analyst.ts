import type { GateVerdict } from '../gates.js';
import { highestRate } from './binomial.js';
import { detectableRate } from './detectable.js';
import { dispersionOf } from './dispersion.js';
import { RateLimitTest } from './one-sample.js';
import { RateRatioTest } from './rate-ratio.js';

/** What a fleet answered in a stretch of time. */
export interface FleetCounts {
  readonly requests: number;
  readonly errors: number;
  /** Answers that took longer than the threshold; absent where none was set. */
  readonly slow?: number;
}

/** What both fleets answered in the same stretch of time. */
export interface FleetsLook {
  readonly fresh: FleetCounts;
  readonly old: FleetCounts;
}

/** What the statistics say so far. */
export interface AnalystOpinion {
  readonly verdict: GateVerdict;
  readonly because: string;
  readonly evidence: AnalystEvidence;
}

/** The figures behind an opinion. Rates are from 0 to 1. */
export interface AnalystEvidence {
  readonly requests: number;
  readonly errors: number;
  readonly baselineRequests?: number;
  readonly baselineErrors?: number;
  /** Evidence against "no worse": 1/alpha of it condemns. */
  readonly eValue: number;
  readonly eValues?: Readonly<Record<string, number>>;
  readonly dispersion?: number;
  /** The highest error rate that is not excluded. */
  readonly highestErrorRate: number;
  /** The lowest rate that would have been seen. */
  readonly detectableRate?: number;
}

export interface AnalystOptions {
  /** How often a good release is condemned at most. */
  readonly alpha: number;
  /** Fewer requests to the new fleet are never enough to pass. */
  readonly minimumRequests: number;
  /** To pass, an error rate that is higher than the baseline's by this has to be excluded. */
  readonly excludedRate: number;
  readonly confidence: number;
}

/** One in a hundred good releases at most; sixty good answers exclude an error rate of 5 % at 95 %. */
export const ANALYST_DEFAULTS: AnalystOptions = {
  alpha: 0.01,
  minimumRequests: 60,
  excludedRate: 0.05,
  confidence: 0.95,
};

/** One bad minute may be anybody's; a fleet of which half the answers fail is condemned at once. */
const LEAST_MINUTES_WITH_ERRORS = 2;
const FAILS_PLAINLY = 0.5;

/** createAnalyst returns the statistics of a canary: the same looks give the same opinion. */
export function createAnalyst(options: AnalystOptions = ANALYST_DEFAULTS) {
  return {
    compare: (looks: readonly FleetsLook[], before: readonly FleetCounts[]): AnalystOpinion =>
      compare(options, looks, before),
    holdAgainst: (minutes: readonly FleetCounts[], rate: number): AnalystOpinion => holdAgainst(options, minutes, rate),
  };
}

/** What is counted of a fleet's answers. */
export type Metric = 'errors' | 'slow';

/** What speaks against the new fleet. */
export interface Indictment {
  readonly isCondemned: boolean;
  /** The metric that speaks loudest. */
  readonly metric: Metric;
  readonly eValue: number;
  readonly eValues: Readonly<Record<string, number>>;
  readonly dispersion: number;
}

/** indict weighs the evidence against the new fleet; valid after every look. */
export function indict(
  { alpha }: Pick<AnalystOptions, 'alpha'>,
  looks: readonly FleetsLook[],
  before: readonly FleetCounts[],
): Indictment {
  const isTimed = looks.some(({ fresh }) => fresh.slow !== undefined);
  const metrics: readonly Metric[] = isTimed ? ['errors', 'slow'] : ['errors'];
  const tests = metrics.map((metric) => testOf(metric, looks, before));
  // The mean of e-values is an e-value, however the metrics depend on each other (Vovk and Wang 2021).
  const combined = looks.map((_, at) => tests.reduce((sum, { values }) => sum + (values[at] ?? 1), 0) / tests.length);
  const eValue = Math.max(1, ...combined);
  const worst = tests.reduce((one, other) => (other.highest > one.highest ? other : one));
  return {
    isCondemned: eValue >= 1 / alpha && isBroad(worst.metric, looks),
    metric: worst.metric,
    eValue,
    eValues: Object.fromEntries(tests.map(({ metric, highest }) => [metric, highest])),
    dispersion: tests[0]?.dispersion ?? 1,
  };
}

function compare(
  options: AnalystOptions,
  looks: readonly FleetsLook[],
  before: readonly FleetCounts[],
): AnalystOpinion {
  const { isCondemned, metric, ...weighed } = indict(options, looks, before);
  const sum = sumOf(looks);
  const seen = detectableRate({ ...sum, canaryRequests: sum.requests }, options.alpha, options.confidence);
  const evidence: AnalystEvidence = {
    ...sum,
    ...weighed,
    highestErrorRate: highestRate(sum.errors, sum.requests, options.confidence),
    ...(seen === undefined ? {} : { detectableRate: seen }),
  };
  if (!isCondemned) return { ...passOrDoubt(options, evidence, baselineRate(evidence)), evidence };
  const enough = `Evidence ${round(evidence.eValue)}, and ${1 / options.alpha} is enough.`;
  return { verdict: 'fail', because: `${told(metric, looks)} ${enough}`, evidence };
}

interface MetricTest {
  readonly metric: Metric;
  /** After each look. */
  readonly values: readonly number[];
  readonly highest: number;
  readonly dispersion: number;
}

function testOf(metric: Metric, looks: readonly FleetsLook[], before: readonly FleetCounts[]): MetricTest {
  const dispersion = dispersionOf(before.map((counts) => ({ requests: counts.requests, count: counts[metric] ?? 0 })));
  const test = new RateRatioTest();
  const values = looks.map(({ fresh, old }) => {
    test.add({
      canaryRequests: fresh.requests,
      baselineRequests: old.requests,
      canaryErrors: (fresh[metric] ?? 0) / dispersion,
      baselineErrors: (old[metric] ?? 0) / dispersion,
    });
    return test.value();
  });
  return { metric, values, highest: test.highest(), dispersion };
}

function isBroad(metric: Metric, looks: readonly FleetsLook[]): boolean {
  const bad = looks.filter(({ fresh }) => (fresh[metric] ?? 0) > 0);
  const requests = looks.reduce((sum, { fresh }) => sum + fresh.requests, 0);
  const count = looks.reduce((sum, { fresh }) => sum + (fresh[metric] ?? 0), 0);
  return bad.length >= LEAST_MINUTES_WITH_ERRORS || count >= requests * FAILS_PLAINLY;
}

function sumOf(looks: readonly FleetsLook[]) {
  const add = (read: (look: FleetsLook) => number): number => looks.reduce((sum, look) => sum + read(look), 0);
  return {
    requests: add(({ fresh }) => fresh.requests),
    errors: add(({ fresh }) => fresh.errors),
    baselineRequests: add(({ old }) => old.requests),
    baselineErrors: add(({ old }) => old.errors),
  };
}

function baselineRate({ baselineRequests = 0, baselineErrors = 0 }: AnalystEvidence): number {
  return baselineRequests === 0 ? 0 : baselineErrors / baselineRequests;
}

/** A release passes on evidence that it is good, not for want of evidence that it is bad. */
function passOrDoubt(
  { minimumRequests, excludedRate, confidence }: AnalystOptions,
  evidence: AnalystEvidence,
  baseline: number,
): { readonly verdict: GateVerdict; readonly because: string } {
  const { requests, errors, highestErrorRate } = evidence;
  const answered = `${errors} of ${requests} requests to the new fleet failed`;
  const couldSee = sees(evidence, confidence);
  if (requests < minimumRequests) {
    return {
      verdict: 'inconclusive',
      because: `${answered}: too few to tell, ${minimumRequests} are needed. ${couldSee}`,
    };
  }
  const bound = `an error rate above ${percent(highestErrorRate)} is excluded at ${percent(confidence)}`;
  if (highestErrorRate > baseline + excludedRate) {
    return {
      verdict: 'inconclusive',
      because: `${answered}: ${bound}, and ${percent(baseline + excludedRate)} would have to be. ${couldSee}`,
    };
  }
  return { verdict: 'pass', because: `${answered}: ${bound}. ${couldSee}` };
}

function sees({ requests, detectableRate: rate }: AnalystEvidence, confidence: number): string {
  return rate === undefined
    ? `With ${requests} requests no error rate would have been seen for certain.`
    : `With ${requests} requests a rate of ${percent(rate)} or more would have been seen with ${percent(confidence)} certainty, less would not.`;
}

function told(metric: Metric, looks: readonly FleetsLook[]): string {
  const word = metric === 'errors' ? 'failed' : 'were slow';
  const count = (side: 'fresh' | 'old'): string => {
    const bad = looks.reduce((sum, look) => sum + (look[side][metric] ?? 0), 0);
    return `${bad} of ${looks.reduce((sum, look) => sum + look[side].requests, 0)}`;
  };
  return `${count('fresh')} requests to the new fleet ${word}, and ${count('old')} to the old one in the same minutes.`;
}

function holdAgainst(options: AnalystOptions, minutes: readonly FleetCounts[], rate: number): AnalystOpinion {
  const test = new RateLimitTest(rate);
  for (const minute of minutes) test.add(minute);
  const requests = minutes.reduce((sum, minute) => sum + minute.requests, 0);
  const errors = minutes.reduce((sum, minute) => sum + minute.errors, 0);
  const evidence: AnalystEvidence = {
    requests,
    errors,
    eValue: test.highest(),
    highestErrorRate: highestRate(errors, requests, options.confidence),
  };
  if (test.highest() >= 1 / options.alpha) {
    const because = `${errors} of ${requests} requests failed, more than the allowed ${percent(rate)}. Evidence ${round(test.highest())}.`;
    return { verdict: 'fail', because, evidence };
  }
  return { ...passOrDoubt({ ...options, excludedRate: rate }, evidence, 0), evidence };
}

function percent(rate: number): string {
  return `${Number((rate * 100).toPrecision(2))} %`;
}

function round(value: number): string {
  return value >= 1000 ? value.toExponential(1) : value.toFixed(1);
}
