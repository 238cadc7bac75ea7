import type { Clock } from '@slipway/core';
import type { Place } from '../container.js';
import { KeptConnection, type End, type GetRequest } from './kept-connection.js';

/** What traffic is made of. */
export interface TrafficOptions {
  readonly target: Place;
  /** At least one; sent one after the other, by every connection. */
  readonly requests: readonly GetRequest[];
  readonly connections: number;
  readonly signal: AbortSignal;
}

/** Sent is one request, and what it came to. Times are in milliseconds since the epoch. */
export interface Sent {
  readonly path: string;
  readonly begunMs: number;
  readonly endedMs: number;
  readonly end: End;
}

/** Traffic is load on kept connections. */
export interface Traffic {
  /** How many got a whole answer. */
  answered(): number;
  /** Keeps what ends from now on, and sends what is in flight for longest. */
  record(): void;
  /** Sends nothing more, and returns what was recorded when nothing is on its way any more. */
  finish(): Promise<readonly Sent[]>;
  /** Ends everything at once. */
  close(): void;
}

/** What fails at once would be sent again at once, for ever. */
const PAUSE_MS = 100;
/**
 * Connections that ask in step are all between two requests at one moment; when it matters, every fourth one is spread
 * over this. The others ask for what takes longest, and pause for no longer than that: most have a request in flight at
 * any time.
 */
const SPREAD_EVERY = 4;
const SPREAD_MS = 100;
/** Without a common divisor with it: no two neighbours wait alike, and none twice. */
const STEP_MS = 37;

/** startTraffic puts load on a service until it is finished or closed, whatever becomes of the service. */
export function startTraffic(options: TrafficOptions, clock: Clock): Traffic {
  const sent: Sent[] = [];
  const state = { isRecording: false, isOver: false };
  const connections = Array.from({ length: options.connections }, () => new KeptConnection(options.target, clock));
  const times = new Times(options.requests);
  const work = async (connection: KeptConnection, first: number): Promise<void> => {
    const isSpread = first % SPREAD_EVERY === 1;
    for (let at = first; !state.isOver; at += 1) {
      const one = state.isRecording && !isSpread ? times.longest() : times.inTurn(at);
      const begunMs = clock.now();
      const end = await connection.send(one);
      const endedMs = clock.now();
      if (state.isRecording) sent.push({ path: one.path, begunMs, endedMs, end });
      if (end === 'answered') times.add(one, endedMs - begunMs);
      else await clock.sleep(PAUSE_MS);
      const mostMs = isSpread ? SPREAD_MS : Math.min(SPREAD_MS, times.meanMs(one));
      if (state.isRecording) await clock.sleep(shareOf(at + first) * mostMs);
    }
    // A service that ends waits for who may still send on a connection that it keeps.
    connection.close();
  };
  const close = (): void => {
    state.isOver = true;
    for (const connection of connections) connection.close();
  };
  options.signal.addEventListener('abort', close, { once: true });
  const all = Promise.all(connections.map(work));
  return {
    answered: () => times.count(),
    record: () => void (state.isRecording = true),
    finish: async () => {
      state.isOver = true;
      await all;
      return sent;
    },
    close: () => {
      options.signal.removeEventListener('abort', close);
      close();
    },
  };
}

/** From 0 to 1, otherwise each time. */
function shareOf(turn: number): number {
  return ((turn * STEP_MS) % SPREAD_MS) / SPREAD_MS;
}

/** Times knows how many requests were answered, and how long that took. */
class Times {
  readonly #all: Map<GetRequest, { count: number; ms: number }>;

  constructor(requests: readonly GetRequest[]) {
    this.#all = new Map(requests.map((one) => [one, { count: 0, ms: 0 }]));
  }

  inTurn(at: number): GetRequest {
    return [...this.#all.keys()][at % this.#all.size] as GetRequest;
  }

  add(one: GetRequest, ms: number): void {
    const time = this.#all.get(one);
    if (!time) return;
    time.count += 1;
    time.ms += ms;
  }

  count(): number {
    return [...this.#all.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** longest returns the one that takes longest on average. */
  longest(): GetRequest {
    return [...this.#all.keys()].sort((a, b) => this.meanMs(b) - this.meanMs(a))[0] as GetRequest;
  }

  meanMs(one: GetRequest): number {
    const { count, ms } = this.#all.get(one) ?? { count: 0, ms: 0 };
    return count === 0 ? 0 : ms / count;
  }
}
