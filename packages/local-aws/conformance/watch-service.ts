import { setTimeout as delay } from 'node:timers/promises';
import { abortAfter } from '@slipway/core';

/** Traffic is a client that asks again and again, and notes what failed. */
export interface Traffic {
  /** Resolves when the last answer is there. */
  stop(): Promise<void>;
  figures(): { readonly requests: number; readonly failures: readonly string[] };
}

/** The name of a new load balancer takes minutes to be known everywhere. */
const REACHABLE_WITHIN_MS = 600_000;
const PAUSE_MS = 50;
const ANSWER_WITHIN_MS = 10_000;

/** watchService waits until the URL answers, and then asks it about twenty times a second until it is stopped. */
export async function watchService(url: string): Promise<Traffic> {
  const deadlineMs = performance.now() + REACHABLE_WITHIN_MS;
  let problem = await ask(url);
  while (problem !== undefined) {
    if (performance.now() > deadlineMs) throw new Error(`${url} has never answered well: ${problem}.`);
    await delay(PAUSE_MS);
    problem = await ask(url);
  }
  const failures: string[] = [];
  let [requests, stopped] = [0, false];
  const asking = (async () => {
    while (!stopped) {
      requests += 1;
      const failure = await ask(url);
      if (failure !== undefined) failures.push(failure);
      await delay(PAUSE_MS);
    }
  })();
  return {
    stop: () => {
      stopped = true;
      return asking;
    },
    figures: () => ({ requests, failures }),
  };
}

/** ask sends one request, once, and returns what was wrong with the answer. */
async function ask(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: abortAfter(ANSWER_WITHIN_MS) });
    await response.arrayBuffer();
    return response.status === 200 ? undefined : `status ${response.status}`;
  } catch (error) {
    return String(error);
  }
}
