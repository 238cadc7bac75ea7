import { abortAfter } from '@slipway/core';
import type { Cache } from './plan.js';
import { registryOf } from './registry-of.js';

/** IsSilent tells of a cache's address whether whoever is there takes questions and answers none. */
export type IsSilent = (address: URL, signal: AbortSignal) => Promise<boolean>;

/** Far above what a service takes that answers at all, and far below what a builder waits for one that does not. */
const PATIENCE_MS = 10_000;

/**
 * isSilent asks for a cache's address, and takes any answer for one. A builder gets over whatever it is answered, and
 * over a connection that cannot be made, but not over silence: BuildKit (its solver's scheduler, v0.13 and v0.32) then
 * holds the lock that every build of that builder needs, and keeps it when the build is cancelled, until the connection
 * ends.
 *
 * @throws what the signal was aborted with
 */
export async function isSilent(address: URL, signal: AbortSignal, patienceMs = PATIENCE_MS): Promise<boolean> {
  const patience = abortAfter(patienceMs);
  try {
    const answer = await fetch(address, { redirect: 'manual', signal: AbortSignal.any([signal, patience]) });
    await answer.body?.cancel();
    return false;
  } catch {
    signal.throwIfAborted();
    return patience.aborted;
  }
}

/** addressesOf returns where a cache is asked over the network; the environment is what the builder has of the runner's. */
export function addressesOf(choice: {
  readonly cache: Cache;
  readonly environment: Readonly<Record<string, string>>;
}): readonly URL[] {
  const { cache, environment } = choice;
  switch (cache.kind) {
    case 'registry':
      return urls([registryAddress(cache.reference)]);
    case 'gha':
      return urls([environment['ACTIONS_RESULTS_URL'], environment['ACTIONS_CACHE_URL']]);
    case 'local':
    case 'none':
      return [];
  }
}

/** What is no address the builder refuses by itself. */
function urls(texts: readonly (string | undefined)[]): readonly URL[] {
  return texts.flatMap((text) => (text !== undefined && URL.canParse(text) ? [new URL(text)] : []));
}

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3})(?::\d+)?$/;

/** isOnLoopback tells of an image's name whether its registry is on this machine's loopback address. */
export function isOnLoopback(image: string): boolean {
  return isLoopback(registryOf(image) ?? '');
}

/** isLoopback tells of a registry's host, with or without a port, whether it is this machine's loopback address. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** Where every client of a registry asks first; a reference without a host is Docker Hub's. */
function registryAddress(reference: string): string | undefined {
  const host = registryOf(reference);
  return host === undefined ? undefined : `${isLoopback(host) ? 'http' : 'https'}://${host}/v2/`;
}
