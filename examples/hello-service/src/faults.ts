import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Answering } from './app.ts';

/**
 * What can be wrong with a release on purpose, so that a rehearsal has something to take back. None of them shows
 * before the release is live behind a load balancer: tests of the image pass.
 */
export const FAULTS = ['errors', 'slow', 'crash', 'leak', 'never-healthy'] as const;

/** A fault, and how long after the first request of a load balancer a `crash` comes. */
export interface Fault {
  readonly kind: (typeof FAULTS)[number];
  readonly afterMs: number;
}

/** One request in twenty: 5 %. */
const FAILING_EVERY = 20;
/** `slow` takes this many times as long as it would. */
const SLOWDOWN = 3;
/** Some forty requests fill the task's 512 MB. */
const LEAKED_BYTES = 12 * 1024 * 1024;
/** Neither 0 nor what a signal leaves: to be told apart in the task's exit code. */
const CRASH_EXIT_CODE = 3;

/** withFault returns what answers as `answering` does, but for the fault. */
export function withFault(fault: Fault | undefined, answering: Answering): Answering {
  switch (fault?.kind) {
    case undefined:
      return answering;
    case 'errors':
      return everyTwentieth(answering);
    case 'slow':
      return slowly(answering);
    case 'crash':
      return crashing(answering, fault.afterMs);
    case 'leak':
      return leaking(answering);
    case 'never-healthy':
      return (request) => (isHealthCheck(request) ? Promise.resolve(SICK) : answering(request));
  }
}

const BROKEN: Answer = { status: 500, body: { error: 'FAULT', message: 'This release is broken on purpose.' } };
const SICK: Answer = { status: 503, body: { error: 'FAULT', message: 'This release is never healthy, on purpose.' } };

/** The call is counted and then answered badly: the count goes on being right. */
function everyTwentieth(answering: Answering): Answering {
  let count = 0;
  return async (request) => {
    const answer = await answering(request);
    return isFromUsers(request) && ++count % FAILING_EVERY === 0 ? BROKEN : answer;
  };
}

function slowly(answering: Answering): Answering {
  return async (request) => {
    const startedMs = performance.now();
    const answer = await answering(request);
    if (isFromUsers(request)) await delay((SLOWDOWN - 1) * (performance.now() - startedMs));
    return answer;
  };
}

function crashing(answering: Answering, afterMs: number): Answering {
  let timer: NodeJS.Timeout | undefined;
  return (request) => {
    if (isFromUsers(request)) timer ??= setTimeout(() => process.exit(CRASH_EXIT_CODE), afterMs);
    return answering(request);
  };
}

function leaking(answering: Answering): Answering {
  const leaked: Buffer[] = [];
  return (request) => {
    // Filled: memory that nobody wrote to takes none.
    if (isFromUsers(request)) leaked.push(Buffer.alloc(LEAKED_BYTES, 1));
    return answering(request);
  };
}

/** Load balancers say whom they ask for; nobody who asks a container itself does. */
function isFromUsers({ headers }: IncomingMessage): boolean {
  return headers['x-forwarded-for'] !== undefined;
}

function isHealthCheck({ headers }: IncomingMessage): boolean {
  return headers['user-agent']?.startsWith('ELB-HealthChecker') ?? false;
}
