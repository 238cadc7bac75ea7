import path from 'node:path';
import { SlipwayError } from '@slipway/core';
import { childEnvironment, runProcess } from '@slipway/process';
import { REPOSITORY } from '@slipway/testkit';
import { REGION } from './aws.js';

/** A local-aws in a process of its own, as a user starts it. */
export interface LocalAwsProcess {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  readonly pid: number;
  /** What `/_local/state` tells. */
  state(): Promise<Readonly<Record<string, unknown>>>;
  /** Ends it and waits until it has removed all that it made. */
  stop(): Promise<void>;
}

export interface LocalAwsStart {
  /** Real milliseconds that a minute of AWS takes. */
  readonly minuteMs: number;
  /** False lets the load balancers cut a removed target's connections. */
  readonly draining: boolean;
  /** Containers when not said. */
  readonly tasks?: 'docker' | 'simulated';
  /** Where every call is recorded, one line of JSON each. */
  readonly recordFile?: string;
}

/** Enough to stop a dozen containers that take their time; after that something is wrong and it is ended for good. */
const STOP_WITHIN_MS = 60_000;

/** startLocalAwsProcess starts local-aws and resolves when it answers. @throws SlipwayError REHEARSAL_LOCAL_AWS */
export async function startLocalAwsProcess(start: LocalAwsStart): Promise<LocalAwsProcess> {
  const stopping = new AbortController();
  const bin = path.join(REPOSITORY, 'packages/local-aws/bin/local-aws.js');
  const errors: string[] = [];
  let announce: (line: string) => void = () => undefined;
  const announced = new Promise<string>((resolve) => (announce = resolve));
  const ended = runProcess({
    file: process.execPath,
    args: [bin, ...flagsOf(start)],
    env: childEnvironment(),
    signal: stopping.signal,
    killAfterMs: STOP_WITHIN_MS,
    onLine: (line, stream) => (stream === 'stdout' ? announce(line) : errors.push(line)),
  }).then(
    ({ exitCode }) => `it ended with exit code ${exitCode}`,
    (error: unknown) => (stopping.signal.aborted ? 'it was stopped' : String(error)),
  );
  const first = await Promise.race([announced, ended.then((why) => ({ why }))]);
  if (typeof first !== 'string') {
    throw new SlipwayError({
      code: 'REHEARSAL_LOCAL_AWS',
      message: `local-aws did not start: ${first.why}. ${errors.slice(-5).join(' ')}`,
      hint: 'Start it by hand to see more: npx local-aws.',
      kind: 'world',
    });
  }
  const { endpoint, pid } = JSON.parse(first) as { endpoint: string; pid: number };
  return {
    endpoint,
    pid,
    state: async () => (await (await fetch(`${endpoint}/_local/state`)).json()) as Record<string, unknown>,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

function flagsOf({ minuteMs, draining, tasks, recordFile }: LocalAwsStart): string[] {
  return [
    ...['--port', '0', '--minute-ms', String(minuteMs), '--draining', draining ? 'on' : 'off', '--region', REGION],
    ...(tasks === undefined ? [] : ['--tasks', tasks]),
    ...(recordFile === undefined ? [] : ['--record', recordFile]),
  ];
}
