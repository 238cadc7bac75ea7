import type { LoadRequest } from './connection.js';
import type { Pool } from './pool.js';
import type { Recorder } from './recorder.js';

/** What a sender works with. */
export interface SenderOptions {
  /** Absent: each connection sends again as soon as it has its answer. */
  readonly perSecond?: number | undefined;
  /** At least one; sent in turn. */
  readonly requests: readonly LoadRequest[];
  readonly pool: Pool;
  readonly recorder: Recorder;
  /** In milliseconds, ever growing. */
  readonly now: () => number;
}

/**
 * Sender sends what is due. At a rate each request is due at its own time, whether those before it were answered or not,
 * and its latency counts from then: a service that stalls is charged with everybody who would have waited, not only with
 * those whom it kept (coordinated omission).
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #gapMs: number;
  readonly #startMs: number;
  /** When a connection came back that somebody waited for. */
  #freedMs: number;
  #isStarved = false;
  #isOver = false;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#gapMs = options.perSecond === undefined ? 0 : 1000 / options.perSecond;
    this.#startMs = options.now();
    this.#freedMs = this.#startMs;
  }

  /** tick sends all that is due and has a connection. */
  tick(): void {
    const { pool, now } = this.#options;
    for (let nowMs = now(); !this.#isOver && this.#dueMs(nowMs) <= nowMs; nowMs = now()) {
      const connection = pool.take();
      this.#isStarved = connection === undefined;
      if (!connection) return;
      this.#send(connection, nowMs);
    }
  }

  /** end sends nothing more, and counts what was due until now and had no connection. */
  end(): void {
    const { now, recorder, perSecond } = this.#options;
    this.#isOver = true;
    if (perSecond === undefined) return;
    const nowMs = now();
    for (let at = recorder.sent; this.#startMs + at * this.#gapMs < nowMs; at += 1) {
      recorder.neverSent(nowMs - (this.#startMs + at * this.#gapMs));
    }
  }

  #dueMs(nowMs: number): number {
    return this.#gapMs === 0 ? nowMs : this.#startMs + this.#options.recorder.sent * this.#gapMs;
  }

  #send(connection: ReturnType<Pool['take']> & object, nowMs: number): void {
    const { requests, recorder, pool, now } = this.#options;
    const dueMs = this.#dueMs(nowMs);
    const request = requests[recorder.sent % requests.length] as LoadRequest;
    recorder.sent += 1;
    recorder.lag(nowMs - Math.max(dueMs, this.#freedMs));
    connection.send(request, (problem) => {
      const endedMs = now();
      recorder.ended({ atMs: endedMs - this.#startMs, latencyMs: endedMs - dueMs, problem });
      pool.give(connection);
      if (this.#isStarved) this.#freedMs = endedMs;
      // What fails at once would be sent again at once, for ever: that waits for the next tick.
      if (problem === undefined) this.tick();
    });
  }
}
