import type { FaultEffect } from '@slipway/local-aws';
import type { ActionEnd } from '@slipway/testkit';
import { openDistWorld, endOf, type DistWorld } from './dist-world.js';
import { FAULTS } from './faults.js';
import { callViolations, lookBefore, runs, stateViolations, violations, type Seen } from './invariants.js';

/** What is done to a run of the built action. */
export type Sample =
  | { readonly kind: 'cancel'; readonly signal: 'SIGINT' | 'SIGTERM'; readonly at: Moment }
  | { readonly kind: 'kill'; readonly then: 'a second run' | 'reconcile'; readonly at: Moment }
  | { readonly kind: 'fault'; readonly effect: FaultEffect; readonly nth: number };

/** After so many milliseconds from the line that says that the deployment was started, or with the n-th line of all. */
export type Moment = { readonly line: number } | { readonly startedMs: number };

/** What came of samples. */
export interface Sampled {
  readonly samples: number;
  /** So many of them met a run that was under way. */
  readonly met: number;
  /** How often the action was started. */
  readonly runs: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly found: readonly string[];
}

/** Some meet nothing: the action was quicker, or a read had no older answer. */
const SAMPLES_OF_A_KIND = 40;
/** A canary deployment prints its plan here, and then a line at each stage. */
const LINES = { from: 12, to: 26 };
/** It takes so long from its start to its end, and more on a busy machine. */
const DEPLOYMENT_MS = 1_500;
/** It makes a few more calls than that. */
const CALLS = 45;
const DELIVERY = {
  strategy: 'canary',
  'canary-percent': '10',
  'canary-bake-minutes': '1',
  'prove-drained': 'off',
} as const;

/** samplesOf returns samples that meet a run everywhere between its first line and its end. */
export function samplesOf(kind: Sample['kind']): readonly Sample[] {
  return Array.from({ length: SAMPLES_OF_A_KIND }, (_, n): Sample => {
    const at = n % 2 === 0 ? { line: part(n, LINES) } : { startedMs: part(n, { from: 0, to: DEPLOYMENT_MS }) };
    if (kind === 'cancel') return { kind, signal: n % 4 < 2 ? 'SIGINT' : 'SIGTERM', at };
    if (kind === 'kill') return { kind, then: n % 4 < 2 ? 'a second run' : 'reconcile', at };
    const effect = FAULTS[n % FAULTS.length] ?? { kind: 'throttle' };
    return { kind, effect, nth: part(n, { from: 1, to: CALLS }) };
  });
}

function part(n: number, { from, to }: { readonly from: number; readonly to: number }): number {
  return from + Math.round((n * (to - from)) / SAMPLES_OF_A_KIND);
}

/** sample plays samples, in as many worlds at a time as `lanes` says, each one after the other on the service of its world. */
export async function sample(samples: readonly Sample[], lanes: number): Promise<Sampled> {
  const waiting = [...samples];
  const outcomes: Record<string, number> = {};
  const found: string[] = [];
  let started = 0;
  let met = 0;
  const lane = async (): Promise<void> => {
    const world = await openDistWorld();
    try {
      for (let at = 1, next = waiting.shift(); next; at += 1, next = waiting.shift()) {
        const played = await play(new Delivery(world, `release-${at}`), next);
        started += played.ends.length;
        if (played.isMet) met += 1;
        for (const { outputs } of played.ends) {
          const outcome = outputs['outcome'] ?? 'none';
          outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        }
        found.push(...played.found.map((violation) => `${JSON.stringify(next)}: ${violation}`));
      }
    } finally {
      await world.close();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { samples: samples.length, met, runs: started, outcomes, found };
}

interface Played {
  readonly isMet: boolean;
  readonly ends: readonly ActionEnd[];
  readonly found: readonly string[];
}

async function play(delivery: Delivery, what: Sample): Promise<Played> {
  await delivery.begin();
  if (what.kind === 'cancel') return delivery.cancelled(what);
  if (what.kind === 'kill') return delivery.killed(what);
  return delivery.faulted(what);
}

/** What a test saw is worth nothing where the embedded AWS failed by itself. */
function failures(seen: Seen): readonly string[] {
  const failed = seen.localAws.calls().filter(({ errorCode, fault }) => errorCode === 'InternalFailure' && !fault);
  return failed.map(({ operation, errorMessage }) => `local-aws failed at ${operation}: ${errorMessage ?? ''}`);
}

/** Delivery is one revision on its way to the service, and what is held against it. */
class Delivery {
  readonly #world: DistWorld;
  readonly #behaviour: string;
  readonly #ends: ActionEnd[] = [];
  readonly #found: string[] = [];
  #live = '';
  #taskDefinition = '';
  #isMet = false;

  constructor(world: DistWorld, behaviour: string) {
    this.#world = world;
    this.#behaviour = behaviour;
  }

  async begin(): Promise<void> {
    this.#live = (await this.#world.liveImages()).join();
    this.#taskDefinition = await this.#world.register(this.#behaviour);
  }

  /** The runner's way: a signal, the end of main, and post. */
  async cancelled({ signal, at }: Extract<Sample, { kind: 'cancel' }>): Promise<Played> {
    return this.#hold(async (see) => {
      const main = await this.#main({ signal, at });
      // A run that was cancelled before its outcome says nothing that could be untrue.
      if (main.outputs['outcome'] !== undefined) this.#found.push(...(await this.#lies(await see(), main)));
      await this.#post(main);
    });
  }

  /** No post: the machine is gone. ECS goes back by itself, or a second run takes over at once. */
  async killed({ then, at }: Extract<Sample, { kind: 'kill' }>): Promise<Played> {
    return this.#hold(async (see) => {
      await this.#main({ signal: 'SIGKILL', at });
      if (then === 'reconcile') return;
      const second = await this.#main();
      this.#found.push(...(await this.#lies(await see(), second)));
      const outcome = second.outputs['outcome'] ?? 'none';
      // Adopted in its rollback, a deployment ends as what it is.
      if (!/^(?:succeeded|unchanged|rolled-back)$/.test(outcome)) this.#found.push(`the second run ends as ${outcome}`);
    });
  }

  async faulted({ effect, nth }: Extract<Sample, { kind: 'fault' }>): Promise<Played> {
    return this.#hold(async (see) => {
      await this.#world.fault({ operation: '*', nth, ...effect });
      const main = await this.#main();
      await this.#world.noFaults();
      const seen = await see();
      this.#isMet = seen.localAws.calls().some(({ fault }) => fault !== undefined);
      this.#found.push(...(await this.#lies(seen, main)));
      await this.#post(main);
    });
  }

  /** Around every sample: what was before, what is when all has come to rest and a reconcile has passed. */
  async #hold(act: (see: () => Promise<Seen>) => Promise<void>): Promise<Played> {
    const world = this.#world;
    const sight = await world.watch();
    const before = await lookBefore(await sight.seen());
    await act(() => sight.seen());
    await world.rest();
    this.#ends.push(await world.run({ mode: 'reconcile' }));
    const seen = await sight.seen();
    this.#found.push(...(await stateViolations(seen, before, [])), ...callViolations(seen), ...failures(seen));
    if (!(await runs(seen, this.#live)) && !(await runs(seen, this.#behaviour)))
      this.#found.push('G4: neither revision has all the traffic');
    return { isMet: this.#isMet, ends: this.#ends, found: this.#found };
  }

  async #main(interrupt?: { readonly signal: NodeJS.Signals; readonly at: Moment }): Promise<ActionEnd> {
    const inputs = { ...DELIVERY, 'task-definition': this.#taskDefinition };
    const end = await this.#world.run(inputs, interrupt ? this.#interruptedAt(interrupt.at, interrupt.signal) : {});
    this.#ends.push(end);
    return end;
  }

  async #post({ state }: ActionEnd): Promise<void> {
    const inputs = { ...DELIVERY, 'task-definition': this.#taskDefinition };
    this.#ends.push(await this.#world.run(inputs, { phase: 'post', state }));
  }

  #lies(seen: Seen, end: ActionEnd): Promise<readonly string[]> {
    return violations(seen, { behaviour: this.#behaviour, live: this.#live }, endOf(end));
  }

  /** Sends a signal to the action at a moment of its run. */
  #interruptedAt(at: Moment, signal: NodeJS.Signals) {
    let pid = 0;
    let lines = 0;
    const send = (): void => {
      try {
        process.kill(pid, signal);
        this.#isMet = true;
      } catch {
        // It had ended: then nothing was interrupted.
      }
    };
    return {
      onStart: (started: number) => (pid = started),
      onLine: (line: string) => {
        lines += 1;
        if ('line' in at ? lines === at.line : false) send();
        if ('startedMs' in at && /^Started arn/.test(line)) setTimeout(send, at.startedMs);
      },
    };
  }
}
