import { SlipwayError, minutesMs, secondsMs, within } from '@slipway/core';
import type { Log } from '@slipway/runtime';
import type { Analyst, Opinion, SharedLook } from './analyst.js';
import { judgedBy, lookUntilFound, placeOf, resultOf, type Finding, type Look } from './finding.js';
import type { Gate, Moving, Pause } from './gate.js';
import { probeRound, type PairedProbes } from './paired-probes.js';
import { TrafficMinutes, isCounted, type MinutesSurroundings } from './traffic-minutes.js';

/** What to do while there is too little to tell. */
export const ON_INCONCLUSIVE = ['wait', 'probe', 'pass', 'fail'] as const;

export type OnInconclusive = (typeof ON_INCONCLUSIVE)[number];

export interface AnalysisOptions {
  readonly analyst: Analyst;
  /** How long a judgement may wait at a pause for enough evidence. */
  readonly minutes: number;
  readonly onInconclusive: OnInconclusive;
  /** Answers that take longer are counted as slow and compared as well. */
  readonly slowSeconds?: number;
  /** What share of errors, from 0 to 1, is tolerable after 100 %, where there is nothing to compare with. */
  readonly allowedErrorRate?: number;
  /** How long after its end a minute is taken to be counted. Defaults to 120. */
  readonly ingestionDelaySeconds?: number;
  /** Needed for `probe`. */
  readonly probes?: PairedProbes;
}

export interface AnalysisSurroundings extends MinutesSurroundings {
  readonly log: Log;
}

/** CloudWatch has ELB's counts of a minute one to three minutes after it. */
const INGESTION_SECONDS = 120;

/**
 * createAnalysisGate returns the gate that compares what both fleets answered in the same minutes. While traffic moves
 * it fails at once on evidence; at a pause it waits for evidence either way. Without it the policy decides: `wait`
 * until the time is over and leave doubt, ask both fleets by `probe`, or `pass` or `fail` as soon as all minutes up to
 * the pause are counted. After 100 % nothing is beside the new fleet: its errors are held against a rate where one is
 * given; where none is, the gate passes and says that it judged nothing.
 */
export function createAnalysisGate(options: AnalysisOptions, surroundings: AnalysisSurroundings): Gate {
  const analysis = new Analysis(options, surroundings);
  const { clock } = surroundings;
  return {
    name: 'analysis',
    positions: ['step', 'after-traffic'],
    budgetMinutes: options.minutes,
    plan: planOf(options),
    judge: (pause, signal) => judgedBy('analysis', { pause, clock }, () => analysis.judge(pause, signal)),
    watch: async (moving) => {
      const startedAt = clock.now();
      const finding = await analysis.watch(moving);
      return finding && resultOf({ gate: 'analysis', clock, position: placeOf(moving), startedAt }, finding);
    },
  };
}

function planOf({ slowSeconds, allowedErrorRate, minutes, onInconclusive }: AnalysisOptions): string {
  const what = slowSeconds === undefined ? 'errors' : `errors and answers slower than ${slowSeconds} s`;
  const after =
    allowedErrorRate === undefined
      ? 'after 100 % there is nothing to compare with, and nothing is judged'
      : `after 100 % its errors are held against ${allowedErrorRate * 100} %`;
  return `Analysis: the ${what} of both fleets in the same minutes, for up to ${minutes} minutes at a pause (on-inconclusive: ${onInconclusive}); ${after}.`;
}

interface At {
  readonly pause: Pause;
  readonly signal: AbortSignal;
}

/** The analysis of one deployment. */
class Analysis {
  readonly #options: AnalysisOptions;
  readonly #surroundings: AnalysisSurroundings;
  readonly #minutes: TrafficMinutes;
  readonly #probed: SharedLook[] = [];
  #nextWatchAt = Number.NEGATIVE_INFINITY;

  constructor(options: AnalysisOptions, surroundings: AnalysisSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
    this.#minutes = new TrafficMinutes(surroundings, {
      ingestionDelaySeconds: options.ingestionDelaySeconds ?? INGESTION_SECONDS,
      ...(options.slowSeconds === undefined ? {} : { slowSeconds: options.slowSeconds }),
    });
  }

  /** A failure, as soon as there is evidence of one; what AWS does not tell is asked again a minute later. */
  async watch(moving: Moving): Promise<Finding | undefined> {
    const { clock, log } = this.#surroundings;
    this.#minutes.note(moving);
    if (clock.now() < this.#nextWatchAt || !isCounted(moving)) return undefined;
    try {
      const opinion = await this.#ask(moving);
      this.#nextWatchAt = clock.now() + this.#minutes.nextInMs();
      return opinion?.verdict === 'fail' ? opinion : undefined;
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      this.#nextWatchAt = clock.now() + minutesMs(clock, 1);
      log.info(`The minutes of the fleets could not be read (${error.code}).`);
      return undefined;
    }
  }

  async judge(pause: Pause, signal: AbortSignal): Promise<Finding> {
    const isAlone = pause.position === 'after-traffic';
    if (isAlone && this.#options.allowedErrorRate === undefined) return NOT_JUDGED;
    const at = { pause: isAlone ? { ...pause, percent: 100 } : pause, signal };
    const finding = isCounted(pause) ? await this.#lookUntilTold(at) : NOT_COUNTED;
    return finding.verdict === 'inconclusive' ? this.#undecided(finding, at) : finding;
  }

  async #lookUntilTold({ pause, signal }: At): Promise<Finding> {
    const { clock } = this.#surroundings;
    const isPatient = this.#options.onInconclusive === 'wait';
    const settledAt = isPatient ? Infinity : this.#minutes.settledAt(clock.now());
    // A CloudWatch that does not answer must not use up the time of the probes.
    const deadline = Math.min(pause.deadline, settledAt + minutesMs(clock, 1));
    const look = async (): Promise<Look> => {
      const opinion = (await this.#ask(pause)) ?? NOT_COUNTED;
      if (opinion.verdict !== 'inconclusive' || clock.now() >= settledAt) return opinion;
      const againMs = Math.max(secondsMs(clock, 1), this.#minutes.nextInMs());
      return { ...opinion, verdict: 'pending', againMs };
    };
    return lookUntilFound({ clock, signal, deadline, look });
  }

  /** What the statistics say of all that is known; undefined where they have nothing to say. */
  async #ask(moving: Moving): Promise<Opinion | undefined> {
    const { analyst, allowedErrorRate } = this.#options;
    await this.#minutes.read(moving);
    if (moving.percent < 100) return analyst.compare(this.#minutes.shared(), this.#minutes.before());
    if (allowedErrorRate === undefined || moving.shareSince === undefined) return undefined;
    return analyst.holdAgainst(this.#minutes.freshSince(moving.shareSince), allowedErrorRate);
  }

  /** What the policy makes of doubt. */
  async #undecided(opinion: Opinion, at: At): Promise<Finding> {
    const { because, evidence } = opinion;
    switch (this.#options.onInconclusive) {
      case 'wait':
        return opinion;
      case 'pass':
        return { verdict: 'pass', because: `Not judged, and passed by on-inconclusive. ${because}`, evidence };
      case 'fail':
        return { verdict: 'fail', because: `Failed by on-inconclusive. ${because}`, evidence };
      case 'probe':
        return at.pause.percent < 100 ? this.#probe(opinion, at) : opinion;
    }
  }

  /** Asks both fleets until that tells, or the time is over. */
  async #probe(opinion: Opinion, at: At): Promise<Finding> {
    const { probes, analyst, slowSeconds } = this.#options;
    const { clock } = this.#surroundings;
    if (!probes) return { ...opinion, because: `${opinion.because} No URLs were given to probe.` };
    let last = opinion;
    const bounds = { clock, signal: at.signal, deadline: at.pause.deadline };
    const found = await within(bounds, async (signal): Promise<Finding> => {
      for (;;) {
        const round = { clock, signal, ...(slowSeconds === undefined ? {} : { slowSeconds }) };
        this.#probed.push(await probeRound(probes, round));
        const because = `By ${this.#probed.length} rounds of probes: `;
        const said = analyst.compare(this.#probed, []);
        last = { ...said, because: `${because}${said.because}` };
        if (last.verdict !== 'inconclusive') return last;
      }
    });
    return found ?? last;
  }
}

const NOT_JUDGED: Finding = {
  verdict: 'pass',
  because:
    'Not judged: all traffic is on the new fleet, nothing is beside it to compare with, and no error rate is given.',
  evidence: { judged: false },
};

const NOT_COUNTED: Opinion = {
  verdict: 'inconclusive',
  because: 'There are no minutes to compare: only an Application Load Balancer counts requests by target group.',
  evidence: { judged: false },
};
