import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { SlipwayError } from '@slipway/core';
import { childEnvironment } from './environment.js';
import { endRest, signalGroup } from './group.js';

/** A program to run. There is never a shell: `args` reach the program as they are. */
export interface RunOptions {
  /** A program on PATH, or an absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment of the program. Defaults to {@link childEnvironment}. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Written to standard input, which is then closed. The way to hand over a secret. */
  readonly input?: string;
  /** The program is ended when it takes longer; the error is PROCESS_TIMED_OUT. */
  readonly timeoutMs?: number;
  /** The program is ended when this aborts; the error is PROCESS_ABORTED. */
  readonly signal?: AbortSignal;
  /**
   * Whether what the program starts belongs to it: it gets a process group of its own, is ended with the whole of it, and
   * what it leaves behind is ended when it ends. For programs of the user's; others start nothing that outlives them.
   */
  readonly withGroup?: boolean;
  /** From the polite signal to the one that cannot be refused. Defaults to 3 s. */
  readonly killAfterMs?: number;
  /** Called once the program runs, with its process id. */
  readonly onStart?: (pid: number) => void;
  /** Called for every line as it comes, without its line end. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
  /** How much of each stream's end is kept in the result. Defaults to 4 MiB. */
  readonly maxOutputChars?: number;
}

/** How a program ended. A non-zero exit is a result, not an error. */
export interface RunResult {
  /** 128 + the signal's number when a signal that we did not send ended it. */
  readonly exitCode: number;
  /** The end of standard output, at most `maxOutputChars`. */
  readonly stdout: string;
  readonly stderr: string;
}

const DEFAULT_MAX_OUTPUT_CHARS = 4 * 1024 * 1024;
/** From the polite signal to the one that cannot be refused: what GitHub's runner grants is 7.5 s in all. */
const DEFAULT_KILL_AFTER_MS = 3_000;

/**
 * runProcess starts a program without a shell and waits until it has ended.
 *
 * @throws SlipwayError PROCESS_NOT_STARTED, PROCESS_TIMED_OUT, PROCESS_ABORTED
 */
export async function runProcess(options: RunOptions): Promise<RunResult> {
  if (options.signal?.aborted) throw abortedError(options, options.signal.reason);
  const child = spawn(options.file, [...options.args], {
    shell: false,
    cwd: options.cwd,
    env: { ...(options.env ?? childEnvironment()) },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: options.withGroup ?? false,
  });
  if (child.pid !== undefined) options.onStart?.(child.pid);
  const max = options.maxOutputChars ?? DEFAULT_MAX_OUTPUT_CHARS;
  const stdout = collect(child.stdout, max, (line) => options.onLine?.(line, 'stdout'));
  const stderr = collect(child.stderr, max, (line) => options.onLine?.(line, 'stderr'));
  // A program may end without reading its input; that is its right and not our error.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const ended = endEarly(child, options);
  const rest = options.withGroup ? endRest(child, killAfterMsOf(options)) : undefined;
  try {
    const exitCode = await exitOf(child, options);
    const early = ended.reason();
    if (early) throw early;
    return { exitCode, stdout: await stdout, stderr: await stderr };
  } finally {
    ended.stopWatching();
    await rest?.over();
  }
}

function exitOf(child: ChildProcess, options: RunOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new SlipwayError({
          code: 'PROCESS_NOT_STARTED',
          message: `The program '${options.file}' could not be started: ${cause.message}.`,
          hint: cause.code === 'ENOENT' ? `Install '${options.file}', or put it on PATH.` : 'Check its permissions.',
          cause,
        }),
      );
    });
    child.once('close', (code, signal) => resolve(code ?? 128 + (signal === 'SIGKILL' ? 9 : 15)));
  });
}

/** endEarly ends the program on timeout or abort: politely first, then for good. */
function endEarly(child: ChildProcess, options: RunOptions) {
  let reason: SlipwayError | undefined;
  const timers: NodeJS.Timeout[] = [];
  const end = (error: SlipwayError): void => {
    reason ??= error;
    const send = (signal: NodeJS.Signals): unknown =>
      options.withGroup ? signalGroup(child, signal) : child.kill(signal);
    send('SIGTERM');
    timers.push(setTimeout(() => send('SIGKILL'), killAfterMsOf(options)));
  };
  const onAbort = (): void => end(abortedError(options, options.signal?.reason));
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.timeoutMs !== undefined) {
    timers.push(setTimeout(() => end(timedOutError(options)), options.timeoutMs));
  }
  return {
    reason: () => reason,
    stopWatching: () => {
      options.signal?.removeEventListener('abort', onAbort);
      timers.forEach(clearTimeout);
    },
  };
}

function killAfterMsOf({ killAfterMs = DEFAULT_KILL_AFTER_MS }: RunOptions): number {
  return killAfterMs;
}

function timedOutError(options: RunOptions): SlipwayError {
  return new SlipwayError({
    code: 'PROCESS_TIMED_OUT',
    message: `'${options.file} ${options.args[0] ?? ''}' took longer than ${options.timeoutMs ?? 0} ms and was ended.`,
    hint: 'Look at its output in the log, and run again.',
    kind: 'world',
    retryable: true,
  });
}

function abortedError(options: RunOptions, cause: unknown): SlipwayError {
  return new SlipwayError({
    code: 'PROCESS_ABORTED',
    message: `'${options.file} ${options.args[0] ?? ''}' was ended because the run was cancelled.`,
    hint: 'Run it again when it should go on.',
    kind: 'world',
    cause,
  });
}

async function collect(stream: Readable, max: number, onLine: (line: string) => void): Promise<string> {
  let kept = '';
  const lines = createInterface({ input: stream, crlfDelay: Infinity });
  // One that is cut off has no end of its own.
  stream.once('close', () => lines.close());
  for await (const line of lines) {
    onLine(line);
    kept += `${line}\n`;
    // Cut in large steps: cutting on every line would copy the kept text each time.
    if (kept.length > 2 * max) kept = kept.slice(-max);
  }
  return kept.slice(-max);
}
