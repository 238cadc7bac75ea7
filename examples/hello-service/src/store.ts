/** What is remembered of one deployed version. */
export interface Deployment {
  readonly version: string;
  /** ISO 8601: when the first instance of this version started. */
  readonly firstSeen: string;
  /** ISO 8601: when the latest instance started; later than others' `firstSeen` after a rollback. */
  readonly lastStarted: string;
  /** How many instances of this version have started so far. */
  readonly starts: number;
}

/** Store is the state that outlives every version of the service. */
export interface Store {
  /** Counts one call and returns the number of calls since the first version, this one included. */
  countCall(): Promise<number>;
  /** Remembers that an instance of this version has started. */
  recordStart(version: string): Promise<void>;
  /** All versions that ever started, oldest first. */
  history(): Promise<readonly Deployment[]>;
}

/** StoreError says why the store could not do what it was asked. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/** byFirstSeen orders deployments oldest first. */
export function byFirstSeen(one: Deployment, other: Deployment): number {
  return one.firstSeen.localeCompare(other.firstSeen) || one.version.localeCompare(other.version);
}

/** memoryStore keeps the state as long as the process lives: for a laptop and for tests. */
export function memoryStore(): Store {
  let calls = 0;
  const deployments = new Map<string, Deployment>();
  return {
    countCall: () => Promise.resolve(++calls),
    recordStart: (version) => {
      const now = new Date().toISOString();
      const known = deployments.get(version);
      deployments.set(version, {
        version,
        firstSeen: known?.firstSeen ?? now,
        lastStarted: now,
        starts: (known?.starts ?? 0) + 1,
      });
      return Promise.resolve();
    },
    history: () => Promise.resolve([...deployments.values()].sort(byFirstSeen)),
  };
}
