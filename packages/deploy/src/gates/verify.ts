import { secondsMs, type Clock } from '@slipway/core';
import {
  assertBaseUrl,
  assertSuiteRuns,
  failedNames,
  runOnLive,
  runSuiteBy,
  type runSuite,
  type RunNeeds,
  type SuiteResult,
  type TimedRun,
} from '@slipway/http-checks';
import type { GatePosition } from '@slipway/delivery';
import { judgedBy, type Finding } from './finding.js';
import type { Gate, Pause } from './gate.js';
import { cutOff, doubtOn, failedOn, passedOn } from './verify-findings.js';

/** Where a fleet answers. */
export interface Endpoint {
  readonly baseUrl: string;
  /** What makes the load balancer choose this fleet, where a port does not. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface VerifyOptions extends RunNeeds {
  /** Where the new fleet answers alone; absent: it is not verified before it gets production traffic. */
  readonly test?: Endpoint;
  /** Where production answers; absent: it is not verified there. */
  readonly production?: Endpoint;
  /** How long the suite is repeated against the test endpoint until it passes. Defaults to 60. */
  readonly seconds?: number;
  /** Runs the suite; http-checks' own where nothing else is said. */
  readonly runSuite?: typeof runSuite;
}

/** Targets and rules reach all nodes of a load balancer within seconds. */
const TEST_INTERVAL_SECONDS = 2;
const DEFAULT_SECONDS = 60;
/** For a run that is under way when the time is over. */
const SLACK_MINUTES = 1;

/**
 * createVerifyGate runs a check suite.
 *
 * Before any production traffic it runs against the test endpoint, again and again until it passes or its time is over:
 * targets and rules take a moment to reach every node of a load balancer. On production, after each share's time and
 * after 100 %, a check fails the gate when it fails in two runs of three. Which checks the old fleet fails is learnt
 * before it gets company: while both fleets answer, those say nothing about the new one and are told, not judged.
 *
 * @throws SlipwayError CHECKS_* where it could not be run at all: said before anything is started
 */
export function createVerifyGate(options: VerifyOptions, { clock }: { readonly clock: Clock }): Gate {
  assertSuiteRuns(options);
  for (const endpoint of [options.test, options.production]) if (endpoint) assertBaseUrl(endpoint.baseUrl);
  const verification = new Verification(options, clock);
  const seconds = options.seconds ?? DEFAULT_SECONDS;
  return {
    name: 'verify',
    positions: positionsOf(options),
    budgetMinutes: seconds / 60 + SLACK_MINUTES,
    plan: planOf(options, seconds),
    judge: (pause, signal) => judgedBy('verify', { pause, clock }, () => verification.judge(pause, signal)),
  };
}

function positionsOf({ test, production }: VerifyOptions): readonly GatePosition[] {
  if (production) return ['before-traffic', 'step', 'after-traffic'];
  return test ? ['before-traffic'] : [];
}

function planOf({ suite, tags = [], test, production }: VerifyOptions, seconds: number): string {
  const places = [
    ...(test ? [`at ${test.baseUrl} before any production traffic (for up to ${seconds} s)`] : []),
    ...(production ? [`at ${production.baseUrl} after each step and after 100 %`] : []),
  ];
  const which = tags.length === 0 ? `the ${suite.checks.length} checks` : `the checks tagged ${tags.join(', ')}`;
  return `${which} of ${suite.file} have to pass ${places.join(', ')}`;
}

interface At {
  readonly pause: Pause;
  readonly signal: AbortSignal;
}

const NOT_VERIFIED: Finding = { verdict: 'pass', because: 'There is no test endpoint: nothing is verified yet.' };

/** The runs of one suite over one deployment. */
class Verification {
  readonly #options: VerifyOptions;
  readonly #clock: Clock;
  /** The checks that production failed while the old fleet answered alone; absent while that was not seen. */
  #failedBefore: ReadonlySet<string> | undefined;

  constructor(options: VerifyOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  async judge(pause: Pause, signal: AbortSignal): Promise<Finding> {
    const { test, production } = this.#options;
    const at = { pause, signal };
    if (pause.position !== 'before-traffic') {
      if (production) return this.#judgeProduction(production, at);
      return { verdict: 'pass', because: 'There is no production URL to verify.' };
    }
    const finding = test ? await this.#judgeTest(test, at) : NOT_VERIFIED;
    if (finding.verdict !== 'pass' || !production) return finding;
    return { ...finding, because: `${finding.because}${await this.#learn(production, at)}` };
  }

  async #judgeTest(endpoint: Endpoint, at: At): Promise<Finding> {
    const clock = this.#clock;
    const seconds = this.#options.seconds ?? DEFAULT_SECONDS;
    const endBy = Math.min(at.pause.deadline, clock.now() + secondsMs(clock, seconds));
    for (let runs = 1; ; runs += 1) {
      const result = await this.#run(endpoint, at);
      if (!result) return cutOff(endpoint.baseUrl, runs);
      if (result.failed === 0) return passedOn({ last: result, runs, failures: new Map(), excused: new Set() });
      const left = endBy - clock.now();
      if (left <= 0) return failedOn(endpoint.baseUrl, result, runs);
      await clock.sleep(Math.min(left, secondsMs(clock, TEST_INTERVAL_SECONDS)), at.signal);
    }
  }

  /** One run, held against nobody: it tells which checks need the new release. */
  async #learn(endpoint: Endpoint, at: At): Promise<string> {
    const result = await this.#run(endpoint, at);
    if (!result) return '';
    this.#failedBefore = new Set(failedNames(result));
    if (this.#failedBefore.size === 0) return '';
    return ` Production fails before the shift: ${[...this.#failedBefore].join(', ')}; judged there after 100 %.`;
  }

  async #judgeProduction(endpoint: Endpoint, at: At): Promise<Finding> {
    const isMixed = at.pause.position === 'step';
    const excused = (isMixed ? this.#failedBefore : undefined) ?? new Set<string>();
    const live = await runOnLive(this.#timed(endpoint, at), excused);
    if (live.state === 'cut-off') return cutOff(endpoint.baseUrl, live.runs);
    if (live.state === 'passed') return passedOn({ ...live, excused });
    const inDoubt = isMixed && !this.#failedBefore;
    return (inDoubt ? doubtOn : failedOn)(endpoint.baseUrl, live.last, live.runs);
  }

  #run(endpoint: Endpoint, at: At): Promise<SuiteResult | undefined> {
    return runSuiteBy(this.#timed(endpoint, at));
  }

  #timed(endpoint: Endpoint, { pause, signal }: At): TimedRun {
    return { ...this.#options, ...endpoint, clock: this.#clock, signal, deadline: pause.deadline };
  }
}
