/** What the services inside local-aws share: where they are, how fast time runs, which network tasks live in. */
export interface World {
  /** 12 digits. */
  readonly accountId: string;
  readonly region: string;
  readonly time: WorldTime;
  /** False cuts a deregistered target's connections at once instead of letting them finish. */
  readonly draining: boolean;
  /** Unique to this instance: part of the name of every container, network and volume that it makes. */
  readonly instanceId: string;
  /** The API endpoint as a task sees it, `http://<gateway>:<port>`; undefined before there is a network. */
  endpointForTasks(): string | undefined;
}

/** WorldTime tells the time and waits in the world's own, possibly faster, minutes. */
export interface WorldTime {
  /** Milliseconds of the clock that a minute of the world takes; 60,000 is real time. */
  readonly minuteMs: number;
  /** True when it stands still until a test lets it go on. */
  readonly byHand: boolean;
  now(): Date;
  /** Milliseconds of the clock for so many seconds of the world: real ones, unless time goes on by hand. */
  realMs(seconds: number): number;
  /** Waits so many seconds of the world; rejects with the signal's reason when it is aborted first. */
  wait(seconds: number, signal?: AbortSignal): Promise<void>;
  /** Tells of work that takes real time, a socket's for example: time that goes on by hand stands still meanwhile. */
  during<Result>(work: Promise<Result>): Promise<Result>;
}
