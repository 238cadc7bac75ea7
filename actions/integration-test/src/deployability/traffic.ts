import { Agent, request } from 'node:http';
import type { Clock } from '@slipway/core';

/** What traffic is made of. */
export interface TrafficOptions {
  readonly baseUrl: string;
  /** Asked with GET, one after the other, by every connection. */
  readonly paths: readonly string[];
  readonly connections: number;
  readonly signal: AbortSignal;
}

/** Traffic is load on kept connections, of which it is known which requests are in flight. */
export interface Traffic {
  /** How many got a whole answer. */
  answered(): number;
  /** How many are on their way now. */
  inFlight(): number;
  /**
   * Sends one last request on each connection, and no more after it: as a load balancer does that has deregistered the
   * target. Resolves when all have been sent.
   */
  lastWave(): Promise<void>;
  /** Resolves when nothing is in flight any more, with how many of those since the last wave got no whole answer. */
  drained(): Promise<{ readonly waited: number; readonly dropped: number; readonly problem: string | undefined }>;
  close(): void;
}

/** A service that does not answer a request for longer has dropped it. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Long enough for the service to have taken the last requests before anything is done to it. */
const TAKEN_AFTER_MS = 60;

/** startTraffic puts load on a service until the last wave. */
export function startTraffic(options: TrafficOptions, clock: Clock): Traffic {
  const workers = Array.from({ length: options.connections }, (_, at) => new Worker(options, at));
  const all = workers.map((worker) => worker.run());
  const sum = (value: (worker: Worker) => number): number => workers.reduce((total, one) => total + value(one), 0);
  return {
    answered: () => sum((worker) => worker.answered),
    inFlight: () => sum((worker) => Number(worker.isBusy)),
    lastWave: async () => {
      for (const worker of workers) worker.isLast = true;
      // Who is between two requests sends one more; who waits for an answer has one in flight already.
      await clock.sleep(TAKEN_AFTER_MS, options.signal);
      for (const worker of workers) worker.markWave();
    },
    drained: async () => {
      await Promise.all(all);
      return {
        waited: sum((worker) => Number(worker.wasInWave)),
        dropped: sum((worker) => Number(worker.problemInWave !== undefined)),
        problem: workers.find((worker) => worker.problemInWave !== undefined)?.problemInWave,
      };
    },
    close: () => workers.forEach((worker) => worker.close()),
  };
}

/** One connection. */
class Worker {
  answered = 0;
  isBusy = false;
  isLast = false;
  wasInWave = false;
  problemInWave: string | undefined;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #options: TrafficOptions;
  #next: number;

  constructor(options: TrafficOptions, at: number) {
    this.#options = options;
    this.#next = at;
  }

  async run(): Promise<void> {
    while (!this.isLast && !this.#options.signal.aborted) await this.#once();
    this.close();
  }

  /** What is unanswered now was in flight when the service was told to end. */
  markWave(): void {
    this.wasInWave = this.isBusy;
  }

  close(): void {
    this.#agent.destroy();
  }

  async #once(): Promise<void> {
    const { paths, baseUrl } = this.#options;
    const path = paths[this.#next++ % paths.length] ?? '/';
    this.isBusy = true;
    const problem = await this.#ask(`${baseUrl}${path}`);
    this.isBusy = false;
    if (problem === undefined) this.answered += 1;
    else if (this.wasInWave) this.problemInWave = `GET ${path}: ${problem}`;
  }

  #ask(url: string): Promise<string | undefined> {
    const signal = AbortSignal.any([this.#options.signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]);
    return new Promise((resolve) => {
      const outgoing = request(url, { agent: this.#agent, signal }, (incoming) => {
        incoming.on('error', (error) => resolve(error.message));
        incoming.on('aborted', () => resolve('the answer was cut off'));
        incoming.on('end', () => resolve(undefined));
        incoming.resume();
      });
      outgoing.on('error', (error) => resolve(error.message));
      outgoing.end();
    });
  }
}
