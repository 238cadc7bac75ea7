import type { Connection } from './connection.js';

/** Pool opens connections when they are needed, up to so many, and lends out the one that came back last. */
export class Pool {
  readonly #connect: () => Connection;
  readonly #most: number;
  readonly #all: Connection[] = [];
  readonly #free: Connection[] = [];

  constructor(connect: () => Connection, most: number) {
    this.#connect = connect;
    this.#most = most;
  }

  /** take returns a connection without a request on its way; undefined when all have one. */
  take(): Connection | undefined {
    const free = this.#free.pop();
    if (free || this.#all.length >= this.#most) return free;
    const opened = this.#connect();
    this.#all.push(opened);
    return opened;
  }

  give(connection: Connection): void {
    this.#free.push(connection);
  }

  /** How many have a request on their way. */
  get busy(): number {
    return this.#all.length - this.#free.length;
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((one) => one.close()));
  }
}
