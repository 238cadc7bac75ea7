import type { ChildProcess } from 'node:child_process';

/** signalGroup sends a signal to a program and all that it has started; tells whether anybody was there. */
export function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/**
 * endRest ends what a program leaves behind in its group when it ends: politely, after so long for good. Who has left
 * the group holds our streams open: they are cut off, and their reader's wait ends.
 */
export function endRest(child: ChildProcess, killAfterMs: number): { stopWatching(): void } {
  const timers: NodeJS.Timeout[] = [];
  child.once('exit', () => {
    signalGroup(child, 'SIGTERM');
    const cut = (): void => {
      signalGroup(child, 'SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    timers.push(setTimeout(cut, killAfterMs));
  });
  return { stopWatching: () => timers.forEach(clearTimeout) };
}
