import type { ElbPort } from './elbv2-types.js';

/** listenerUrl returns the URL of the listener that a rule belongs to; undefined for one that does not speak HTTP. */
export async function listenerUrl(
  elb: Pick<ElbPort, 'listener' | 'loadBalancer'>,
  ruleArn: string,
): Promise<string | undefined> {
  const listener = await elb.listener(listenerOf(ruleArn));
  const balancer = listener ? await elb.loadBalancer(listener.loadBalancerArn) : undefined;
  if (!listener || !balancer || !/^HTTPS?$/.test(listener.protocol)) return undefined;
  const usual = listener.protocol === 'HTTPS' ? 443 : 80;
  const port = listener.port === usual ? '' : `:${listener.port}`;
  return `${listener.protocol.toLowerCase()}://${balancer.dnsName}${port}`;
}

/** `…:listener-rule/app/name/balancer/listener/rule` → `…:listener/app/name/balancer/listener`. */
function listenerOf(ruleArn: string): string {
  if (!ruleArn.includes(':listener-rule/')) return ruleArn;
  return ruleArn.replace(':listener-rule/', ':listener/').replace(/\/[^/]+$/, '');
}
