/** Changes wakes those who wait for a service's state to become something. */
export interface Changes {
  /** Call it after every change that somebody may wait for. */
  notify(): void;
  /** Resolves at the next change; rejects with the signal's reason when that is aborted first. */
  next(signal: AbortSignal): Promise<void>;
  /** Resolves when the condition holds, looking now and after every change. */
  until(holds: () => boolean, signal: AbortSignal): Promise<void>;
}

/** createChanges returns a channel without memory: who waits looks at the state, never at what was sent. */
export function createChanges(): Changes {
  const waiting = new Set<() => void>();
  const next = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason as Error);
      const onAbort = (): void => {
        waiting.delete(wake);
        reject(signal.reason as Error);
      };
      const wake = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      waiting.add(wake);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  return {
    notify() {
      const woken = [...waiting];
      waiting.clear();
      for (const wake of woken) wake();
    },
    next,
    async until(holds, signal) {
      signal.throwIfAborted();
      while (!holds()) await next(signal);
    },
  };
}
