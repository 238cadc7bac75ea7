import { SlipwayError } from '@slipway/core';
import { isLoopback } from './addresses.js';

/**
 * assertElsewhere refuses an input that leads to the runner itself: no fleet on ECS answers there, and what does is none
 * of a workflow's business. Where AWS itself is on this machine, as in a rehearsal, so are the fleets.
 *
 * @param name the input's
 * @throws SlipwayError INPUT_INVALID
 */
export function assertElsewhere(
  name: string,
  url: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  if (!leadsHere(url) || leadsHere(environment['AWS_ENDPOINT_URL'])) return;
  throw new SlipwayError({
    code: 'INPUT_INVALID',
    message: `'${name}' is '${url ?? ''}', which is the runner itself: no fleet answers there.`,
    hint: 'Name the host under which the load balancer is reached from the runner.',
  });
}

/** Node's URL has written numbers of any form as four decimal ones. */
function leadsHere(url: string | undefined): boolean {
  return url !== undefined && URL.canParse(url) && isLoopback(new URL(url).hostname);
}
