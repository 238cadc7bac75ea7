import type { ChildProcess } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';

/** Nobody tells when a process ends that is not our own child. */
const LOOK_EVERY_MS = 10;

/**
 * signalGroup sends a signal to a program and all that it has started; tells whether anybody was there who may get it
 * from us. The signal 0 only looks.
 */
export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    // EPERM: all who are there are another user's, as what `sudo` has started.
    if (['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

/** What a program leaves behind. */
export interface Rest {
  /** Resolves when nothing of it is left. */
  over(): Promise<void>;
}

/**
 * endRest ends what a program leaves behind in its group when it ends: politely, after so long for good. Who has left
 * the group holds our streams open: they are cut off, and their reader's wait ends.
 */
export function endRest(child: ChildProcess, killAfterMs: number): Rest {
  let isCut = false;
  let timer: NodeJS.Timeout | undefined;
  child.once('exit', () => {
    signalGroup(child, 'SIGTERM');
    timer = setTimeout(() => {
      isCut = true;
      signalGroup(child, 'SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, killAfterMs);
  });
  return {
    over: async () => {
      // What holds none of our streams keeps nobody waiting but here.
      while (!isCut && signalGroup(child, 0)) await wait(LOOK_EVERY_MS);
      clearTimeout(timer);
    },
  };
}
