import { SlipwayError, messageOf, minutesMs } from '@slipway/core';
import {
  HOOK_MARGIN_MINUTES,
  type GatePosition,
  type GateResult,
  type OpenHook,
  type SeenPause,
} from '@slipway/delivery';
import type { Gate, Moving } from './gates/gate.js';
import type { Run } from './run.js';

/** How far the judgement at one hook has come. */
interface Judging {
  readonly position: GatePosition;
  /** Settles when the judgement is there; never rejects. */
  readonly done: Promise<void>;
  results?: readonly GateResult[];
}

/** Judgement runs the gates of a deployment at its pauses, all gates of a pause at once, and remembers what they said. */
export class Judgement {
  readonly #run: Run;
  readonly #hooks = new Map<string, Judging>();
  readonly #answered = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly results: GateResult[] = [];

  constructor(run: Run) {
    this.#run = run;
  }

  /** What the deployment's decision depends on. */
  stateOf(hookId: string): SeenPause['state'] {
    const answeredAt = this.#answered.get(hookId);
    // An answer that ECS still does not show after so long did not arrive.
    if (answeredAt !== undefined && this.#run.clock.now() - answeredAt < minutesMs(this.#run.clock, 0.5)) {
      return 'answered';
    }
    const judging = this.#hooks.get(hookId);
    if (!judging) return 'new';
    return judging.results ? { judged: judging.results } : 'judging';
  }

  answered(hookId: string): void {
    this.#answered.set(hookId, this.#run.clock.now());
  }

  /** Starts judging and returns at once. */
  begin(hook: OpenHook, position: GatePosition, moving: Moving): void {
    const gates = this.#run.request.gates.filter((gate) => gate.positions.includes(position));
    const judging: Judging = {
      position,
      done: this.#judgeAll(gates, { hook, position, moving }).then((results) => {
        judging.results = results;
        this.results.push(...results);
      }),
    };
    this.#hooks.set(hook.id, judging);
  }

  /** Settles when the judgement that is under way is there; undefined when there is none. */
  underWay(): Promise<void> | undefined {
    return [...this.#hooks.values()].find(({ results }) => results === undefined)?.done;
  }

  /** Ends what is under way: nothing may judge, or act, any more. */
  async end(): Promise<void> {
    this.#stop.abort(new Error('The deployment is not judged any more.'));
    await Promise.all([...this.#hooks.values()].map(({ done }) => done));
  }

  async #judgeAll(
    gates: readonly Gate[],
    at: { readonly hook: OpenHook; readonly position: GatePosition; readonly moving: Moving },
  ): Promise<readonly GateResult[]> {
    const failed = new AbortController();
    const signal = AbortSignal.any([this.#stop.signal, failed.signal]);
    const results = await Promise.all(
      gates.map(async (gate) => {
        const result = await this.#judge(gate, at, signal);
        this.#run.log.info(`Gate ${gate.name} (${at.position}): ${result.verdict}. ${result.because}`);
        if (result.verdict === 'fail') failed.abort(new Error('Another gate failed.'));
        return result;
      }),
    );
    return results;
  }

  async #judge(
    gate: Gate,
    { hook, position, moving }: { readonly hook: OpenHook; readonly position: GatePosition; readonly moving: Moving },
    signal: AbortSignal,
  ): Promise<GateResult> {
    const { clock } = this.#run;
    const startedAt = clock.now();
    const budget = startedAt + minutesMs(clock, gate.budgetMinutes);
    const expiry = hook.expiresAt ? hook.expiresAt.getTime() - minutesMs(clock, HOOK_MARGIN_MINUTES) : budget;
    try {
      return await gate.judge({ ...moving, position, deadline: Math.min(budget, expiry) }, signal);
    } catch (error) {
      const because = signal.aborted ? 'not judged to the end' : messageOf(error);
      const hint = error instanceof SlipwayError ? ` ${error.hint}` : '';
      const seconds = (clock.now() - startedAt) / minutesMs(clock, 1 / 60);
      return { gate: gate.name, position, verdict: 'inconclusive', because: `${because}${hint}`, seconds };
    }
  }
}
