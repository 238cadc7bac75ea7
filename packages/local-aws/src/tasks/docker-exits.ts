import type { DockerCli } from './docker-cli.js';

/** DockerExits tells when containers end, from one stream of the engine's events. */
export interface DockerExits {
  /** Calls back once when the container ends, or at once when it has ended already. */
  watch(id: string, onExit: (exitCode: number) => void): void;
  forget(id: string): void;
  /** Ends the stream. Idempotent. */
  close(): Promise<void>;
}

interface DieEvent {
  readonly id?: string;
  readonly Actor?: { readonly Attributes?: { readonly exitCode?: string } };
}

/** A stream that breaks (the engine was restarted) is opened again after this long. */
const REOPEN_AFTER_MS = 1_000;

/**
 * watchDockerExits follows the `die` events of containers with a label. The stream asks for the past as well, from
 * the moment of this call on, so that no container can end unseen between its start and the stream's.
 */
export function watchDockerExits(docker: DockerCli, label: string): DockerExits {
  const since = Math.floor(Date.now() / 1000);
  const watchers = new Map<string, (exitCode: number) => void>();
  /** Exits that were told before anyone asked. */
  const unclaimed = new Map<string, number>();
  const closing = new AbortController();
  const onLine = (line: string): void => {
    const event = parseDie(line);
    if (!event) return;
    const watcher = watchers.get(event.id);
    if (watcher) {
      watchers.delete(event.id);
      watcher(event.exitCode);
    } else {
      unclaimed.set(event.id, event.exitCode);
    }
  };
  const stream = follow({ docker, label, since, signal: closing.signal, onLine });
  return {
    watch(id, onExit) {
      const exitCode = unclaimed.get(id);
      if (exitCode === undefined) watchers.set(id, onExit);
      else queueMicrotask(() => onExit(exitCode));
    },
    forget(id) {
      watchers.delete(id);
      unclaimed.delete(id);
    },
    async close() {
      closing.abort();
      await stream;
    },
  };
}

interface Following {
  readonly docker: DockerCli;
  readonly label: string;
  readonly since: number;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

async function follow({ docker, label, since, signal, onLine }: Following): Promise<void> {
  const args = ['events', '--since', String(since), '--filter', `label=${label}`, '--filter', 'event=die'];
  while (!signal.aborted) {
    await docker
      .run([...args, '--format', '{{json .}}'], { signal, onLine: (line, from) => from === 'stdout' && onLine(line) })
      .catch(() => undefined);
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, REOPEN_AFTER_MS));
  }
}

function parseDie(line: string): { id: string; exitCode: number } | undefined {
  try {
    const event = JSON.parse(line) as DieEvent;
    const exitCode = Number(event.Actor?.Attributes?.exitCode);
    return event.id === undefined || Number.isNaN(exitCode) ? undefined : { id: event.id, exitCode };
  } catch {
    // Half a line of a stream that broke: it is told again when the stream is opened anew.
    return undefined;
  }
}
