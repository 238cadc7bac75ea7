import { join } from 'node:path';
import { childEnvironment, runProcess, type RunOptions } from '@slipway/process';

/** LoadOptions says what is asked for, how often and how. */
export interface LoadOptions {
  /** `http://<address>:<port>/<path>`. */
  readonly url: string;
  /** Keep-alive connections, each with at most one request on its way. */
  readonly connections: number;
  readonly requests: number;
  /** Over all connections. Without it each connection sends again as soon as it has its answer. */
  readonly ratePerSecond?: number;
}

/** LoadResult is what became of the requests. Each is sent once and counted once. */
export interface LoadResult {
  readonly elapsedMs: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers of status 200, by their body. */
  readonly answers: Readonly<Record<string, number>>;
  readonly failed: number;
  /** The first failures, in words. */
  readonly failures: readonly string[];
}

/** A target that runs in a process of its own. */
export interface TargetProcess {
  readonly port: number;
  /** Ends it, and resolves when it has ended. */
  stop(): Promise<void>;
}

/** No load of ours takes so long: whatever hangs is ended. */
const LIMIT_MS = 300_000;

/** startTarget starts a process that answers every request with a word. */
export function startTarget(word: string): Promise<TargetProcess> {
  const ending = new AbortController();
  return new Promise((resolve, reject) => {
    const ended = runProcess({
      ...program('target.ts', word),
      signal: ending.signal,
      onLine: (line, stream) => {
        if (stream === 'stderr') return;
        const { port } = JSON.parse(line) as { port: number };
        resolve({ port, stop });
      },
    });
    // Once it listens, being ended is how it ends; before, this is the reason why there is none.
    ended.then(() => reject(new Error('the target ended before it listened')), reject);
    const stop = async (): Promise<void> => {
      ending.abort();
      await ended.catch(() => undefined);
    };
  });
}

/** runLoad sends requests from a process of its own and returns what became of them. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { exitCode, stdout, stderr } = await runProcess(program('client.ts', JSON.stringify(options)));
  if (exitCode !== 0) throw new Error(`the load failed: ${stderr}`);
  return JSON.parse(stdout) as LoadResult;
}

function program(file: string, argument: string): RunOptions {
  return {
    file: process.execPath,
    args: ['--import', 'tsx', join(import.meta.dirname, file), argument],
    env: childEnvironment(),
    timeoutMs: LIMIT_MS,
  };
}
