import type { LogWriter } from '../container-logs.js';
import type { DockerCli } from './docker-cli.js';

/** A container that has ended has said all that it will; so long it may take to be read. */
const REST_MS = 5_000;
/** The lines go where they belong as they come; the program's own memory of them is of no use. */
const KEPT_CHARACTERS = 1_024;

/** FollowedLogs is the output of a task's containers, on its way to where it is kept. */
export interface FollowedLogs {
  /** Resolves when all that the ended containers have written is kept. Their containers still have to be there. */
  rest(): Promise<void>;
}

/** A container's id, and where its lines go. */
export interface FollowedContainer {
  readonly id: string;
  readonly writer: LogWriter;
}

/** followDockerLogs keeps what containers write, from their start on, until they end or the signal is aborted. */
export function followDockerLogs(
  docker: DockerCli,
  containers: readonly FollowedContainer[],
  signal: AbortSignal,
): FollowedLogs {
  const cut = new AbortController();
  const options = { signal: AbortSignal.any([signal, cut.signal]), maxOutputChars: KEPT_CHARACTERS };
  const followed = containers.map(({ id, writer }) =>
    docker
      // Not with Docker's own timestamps: it would put them into long lines, too, every 16 KiB.
      .run(['logs', '--follow', id], { ...options, onLine: (text) => writer.write(text) })
      // The container may be removed from outside; then there is nothing more to read.
      .catch(() => undefined),
  );
  return {
    async rest() {
      const timer = setTimeout(() => cut.abort(), REST_MS);
      await Promise.all(followed);
      clearTimeout(timer);
    },
  };
}
