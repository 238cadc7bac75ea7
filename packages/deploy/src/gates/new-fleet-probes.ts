import { messageOf, secondsMs, within, type Bounds } from '@slipway/core';
import { assertBaseUrl, sendRequest, type HttpAnswer } from '@slipway/http-checks';
import type { Finding, Look } from './finding.js';

/** By requests of our own: so many answers in a row that only the new fleet gives. */
export interface ProbeProof {
  readonly kind: 'probes';
  /** Where production answers. */
  readonly baseUrl: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly marker: FleetMarker;
  /** Defaults to 100. */
  readonly count?: number;
  /** Makes a request; http-checks' own where nothing else is said. */
  readonly send?: typeof sendRequest;
}

/** What only the new fleet's answers have. */
export type FleetMarker =
  | { readonly kind: 'header'; readonly name: string; readonly value: string }
  | { readonly kind: 'body'; readonly contains: string };

const DEFAULT_COUNT = 100;
/** Ten in a second are no load; a hundred take ten seconds, in which every node of a load balancer is met. */
const INTERVAL_SECONDS = 0.1;
const TIMEOUT_MS = 10_000;

/** isMarked tells whether an answer came from the new fleet. */
export function isMarked(marker: FleetMarker, { headers, body }: HttpAnswer): boolean {
  if (marker.kind === 'body') return body.includes(marker.contains);
  return headers.get(marker.name.toLowerCase()) === marker.value;
}

/**
 * probeUntilNew asks production until so many answers in a row came from the new fleet; an answer of another one, or
 * none, begins the count anew.
 *
 * @throws SlipwayError CHECKS_BASE_URL_INVALID; the signal's reason when it aborts
 */
export async function probeUntilNew(proof: ProbeProof, bounds: Bounds): Promise<Look> {
  const wanted = proof.count ?? DEFAULT_COUNT;
  const tally = { inARow: 0, sent: 0, longest: 0, last: '' };
  const found = await within(bounds, async (signal): Promise<Finding> => {
    while (tally.inARow < wanted) {
      if (tally.sent > 0) await bounds.clock.sleep(secondsMs(bounds.clock, INTERVAL_SECONDS), signal);
      const problem = await probe(proof, signal);
      tally.sent += 1;
      tally.inARow = problem === undefined ? tally.inARow + 1 : 0;
      tally.longest = Math.max(tally.longest, tally.inARow);
      if (problem !== undefined) tally.last = problem;
    }
    const because = `${wanted} answers in a row came from the new fleet, after ${tally.sent - wanted} others.`;
    return { verdict: 'pass', because, evidence: { weight: 0, ...tally } };
  });
  if (found) return found;
  const because = `At most ${tally.longest} of ${wanted} answers in a row came from the new fleet; last problem: ${tally.last || 'none'}.`;
  return { verdict: 'inconclusive', because, evidence: { weight: 0, ...tally } };
}

/** What was wrong with one answer; undefined when it came from the new fleet. */
async function probe(proof: ProbeProof, signal: AbortSignal): Promise<string | undefined> {
  const send = proof.send ?? sendRequest;
  const baseUrl = assertBaseUrl(proof.baseUrl);
  const request = { method: 'GET', path: proof.path, headers: proof.headers ?? {}, timeoutMs: TIMEOUT_MS } as const;
  try {
    const answer = await send({ ...request, baseUrl, signal });
    return isMarked(proof.marker, answer) ? undefined : `an answer (status ${answer.status}) without the mark`;
  } catch (error) {
    signal.throwIfAborted();
    return messageOf(error);
  }
}
