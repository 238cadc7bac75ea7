import { childEnvironment } from '../environment.js';
import { runProcess, type RunResult } from '../run.js';

/** How to run `docker` once. */
export interface DockerCall {
  readonly args: readonly string[];
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly onLine?: (line: string) => void;
  /** What this call alone may see of secrets and of the runner. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * DockerPort runs the Docker client. A non-zero exit is a result.
 *
 * @throws SlipwayError PROCESS_NOT_STARTED when there is no client, PROCESS_TIMED_OUT, PROCESS_ABORTED
 */
export type DockerPort = (call: DockerCall) => Promise<RunResult>;

/** docker runs the client that is on PATH. */
export const docker: DockerPort = ({ args, signal, timeoutMs, onLine, environment }) =>
  runProcess({
    file: 'docker',
    args,
    // Content trust would sign, or refuse, the push to a loopback registry of ours, where nobody else reads.
    env: childEnvironment({ ...environment, DOCKER_CONTENT_TRUST: '0' }),
    ...(signal ? { signal } : {}),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(onLine ? { onLine: (line) => onLine(line) } : {}),
  });

/** lastLine returns the last line of a program's output, without a full stop and the words that Docker begins every error with. */
export function lastLine(text: string): string {
  const line = text.split(/\r?\n/).findLast((one) => one.trim() !== '') ?? 'it said nothing';
  return line
    .trim()
    .replace(/^(?:ERROR: |Error response from daemon: )/, '')
    .replace(/\.$/, '');
}
