import { listenerUrl, type ServiceState } from '@slipway/aws';
import type { AwsPorts } from './ports.js';

/** serviceUrl works out where production answers, from the listener that the production rule belongs to. */
export async function serviceUrl({ elb }: AwsPorts, { loadBalancers }: ServiceState): Promise<string | undefined> {
  const rule = loadBalancers[0]?.productionListenerRule;
  return rule === undefined ? undefined : listenerUrl(elb, rule);
}
