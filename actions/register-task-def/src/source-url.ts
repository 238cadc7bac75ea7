import { listenerUrl, type EcsPort, type ElbPort } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import type { ServicePlace } from './plan.js';

/** AWS as `source-role` sees it, in `source-region`. */
export interface SourcePorts {
  readonly source: EcsPort;
  readonly sourceElb: Pick<ElbPort, 'listener' | 'loadBalancer'>;
}

/** sourceUrl reads where the source answers from its production listener. @throws SlipwayError INPUT_INVALID */
export async function sourceUrl(
  { source, sourceElb }: SourcePorts,
  { cluster, service }: ServicePlace,
): Promise<string> {
  const rule = (await source.service(cluster, service))?.loadBalancers[0]?.productionListenerRule;
  const url = rule === undefined ? undefined : await listenerUrl(sourceElb, rule);
  if (url !== undefined) return url;
  throw new SlipwayError({
    code: 'INPUT_INVALID',
    message: `'source-verify' names a check suite, and no load balancer tells where '${service}' of '${cluster}' answers.`,
    hint: "Set 'source-url'; in slipway.yml, 'production-url' of the source environment.",
  });
}
