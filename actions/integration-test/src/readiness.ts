import { connect } from 'node:net';
import { poll, type Clock } from '@slipway/core';
import { matchRegex, waitUntilReady, type Pattern, type Readiness } from '@slipway/http-checks';
import type { Container, Place } from './container.js';

/** What tells that a service is ready. */
export type ReadyBy =
  | { readonly kind: 'http' }
  | { readonly kind: 'tcp' }
  | { readonly kind: 'health-check' }
  | { readonly kind: 'log'; readonly pattern: Pattern };

export interface ReadinessOptions {
  readonly by: ReadyBy;
  /** Of the suite: path and status for `http`, and the time for all. */
  readonly ready: Readiness;
  /** Further ports of the container on which something has to listen. */
  readonly ports?: readonly number[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** ReadyResult is how the wait for a service ended. `last` is what was seen last. */
export type ReadyResult =
  | { readonly state: 'ready' | 'ended' | 'unhealthy' | 'no-health-check'; readonly ms: number }
  | { readonly state: 'timed-out'; readonly ms: number; readonly last: string; readonly awaited: 'service' | 'ports' };

const INTERVAL_MS = 100;
/** Docker's own proxy accepts for a container that does not listen, and hangs up at once, or later on a busy machine. */
const HANGS_UP_WITHIN_MS = 150;

/** awaitReady waits from outside the container until its service is ready, has ended, or its time is over. */
export async function awaitReady(container: Container, options: ReadinessOptions): Promise<ReadyResult> {
  const { by, ready, ports = [], clock, signal } = options;
  const start = clock.now();
  const deadline = start + ready.timeoutSeconds * 1000;
  const watch = { clock, signal, start, deadline, by };
  const first =
    by.kind === 'http'
      ? await awaitAnswer(container, options)
      : await awaitSight(container, watch, async () => ((await isReady(container, by)) ? [] : [lastOf(by, container)]));
  if (first.state !== 'ready' || ports.length === 0) return first;
  const all = await awaitSight(container, watch, () => silentPorts(container, ports));
  return all.state === 'timed-out' ? { ...all, awaited: 'ports' } : all;
}

function lossOf(container: Container): 'ended' | 'unhealthy' | undefined {
  if (container.hasEnded()) return 'ended';
  return container.health() === 'unhealthy' ? 'unhealthy' : undefined;
}

async function awaitAnswer(
  container: Container,
  { ready, clock, signal }: Pick<ReadinessOptions, 'ready' | 'clock' | 'signal'>,
): Promise<ReadyResult> {
  const stillRunning = (): boolean => lossOf(container) === undefined;
  const result = await waitUntilReady({ baseUrl: container.baseUrl, ready, clock, signal, stillRunning });
  switch (result.state) {
    case 'ready':
      return result;
    case 'ended':
      return { state: lossOf(container) ?? 'ended', ms: result.ms };
    case 'timed-out':
      return { ...result, awaited: 'service' };
  }
}

/** Times in milliseconds since the epoch. */
interface Watch {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly start: number;
  readonly deadline: number;
  readonly by: ReadyBy;
}

/** Looks until nothing is missing any more; `missing` has a sentence for each thing that is. */
async function awaitSight(
  container: Container,
  { clock, signal, start, deadline, by }: Watch,
  missing: () => Promise<readonly string[]>,
): Promise<ReadyResult> {
  let last = '';
  const look = async (): Promise<Exclude<ReadyResult['state'], 'timed-out'> | undefined> => {
    const lost = lossOf(container);
    if (lost) return lost;
    // It never gets one.
    if (by.kind === 'health-check' && container.health() === 'none') return 'no-health-check';
    const found = await missing();
    last = found.join(', ');
    return found.length === 0 ? 'ready' : undefined;
  };
  const done = (state: unknown): boolean => state !== undefined;
  const seen = await poll({ clock, signal, intervalMs: INTERVAL_MS, deadline, look, done });
  const ms = clock.now() - start;
  return seen ? { state: seen, ms } : { state: 'timed-out', ms, last, awaited: 'service' };
}

async function silentPorts(container: Container, ports: readonly number[]): Promise<readonly string[]> {
  const asked = ports.map(async (port) => ({ port, isOpen: await listens(await container.placeOf(port)) }));
  const silent = (await Promise.all(asked)).filter(({ isOpen }) => !isOpen);
  return silent.map(({ port }) => `nothing listens on port ${port}, which 'ports' names`);
}

async function isReady(container: Container, by: Exclude<ReadyBy, { kind: 'http' }>): Promise<boolean> {
  switch (by.kind) {
    case 'tcp':
      return listens(await container.placeOf(container.spec.port));
    case 'health-check':
      return container.health() === 'healthy';
    case 'log':
      return says(by.pattern, container.lines());
  }
}

function says(pattern: Pattern, lines: readonly string[]): boolean {
  if ('exact' in pattern) return lines.some((line) => line.includes(pattern.exact));
  return matchRegex(new RegExp(pattern.regex, `${pattern.regex.flags}m`), lines.join('\n')) === 'found';
}

function lastOf(by: Exclude<ReadyBy, { kind: 'http' }>, container: Container): string {
  switch (by.kind) {
    case 'tcp':
      return 'nothing listens';
    case 'health-check':
      return `health '${container.health()}'`;
    case 'log':
      return 'no line of the log says so';
  }
}

/** listens tells whether somebody takes a connection and, where that may be a proxy, keeps it for a moment. */
export function listens({ baseUrl, isDirect }: Place): Promise<boolean> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    const end = (answer: boolean) => (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(!socket.connecting)(), HANGS_UP_WITHIN_MS);
    if (isDirect) socket.once('connect', end(true));
    for (const event of ['error', 'end', 'close']) socket.once(event, end(false));
    // Who speaks first listens too.
    socket.once('data', end(true));
  });
}
