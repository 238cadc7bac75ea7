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
  /** The API endpoint as a container sees it, `http://<gateway>:<port>`; undefined without a Docker network. */
  endpointForTasks(): string | undefined;
}

/** WorldTime tells the time and waits in the world's own, possibly faster, minutes. */
export interface WorldTime {
  /** Real milliseconds that a minute of the world takes; 60,000 is real time. */
  readonly minuteMs: number;
  now(): Date;
  /** Real milliseconds for so many seconds of the world. */
  realMs(seconds: number): number;
  /** Waits so many seconds of the world; rejects with the signal's reason when it is aborted first. */
  wait(seconds: number, signal?: AbortSignal): Promise<void>;
}
