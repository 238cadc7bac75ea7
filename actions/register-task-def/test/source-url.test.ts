import { describe, expect, it } from '@jest/globals';
import type { EcsPort } from '@slipway/aws';
import { sourceUrl } from '../src/source-url.js';

const RULE = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:listener-rule/app/shop/1/2/3';
const PLACE = { cluster: 'staging', service: 'web' };

/** A service with a load balancer, whose listener is as it is described. */
function portsWith(rule: string | undefined, listener: { readonly port: number; readonly protocol: string }) {
  const balancers = rule === undefined ? [{}] : [{ productionListenerRule: rule }];
  return {
    source: { service: async () => ({ loadBalancers: balancers }) } as unknown as EcsPort,
    sourceElb: {
      listener: async (arn: string) => ({ arn, loadBalancerArn: 'arn:shop', ...listener }),
      loadBalancer: async (arn: string) => ({ arn, type: 'application', dnsName: 'shop.elb.amazonaws.com' }),
    },
  };
}

describe('sourceUrl', () => {
  it.each([
    [{ port: 443, protocol: 'HTTPS' }, 'https://shop.elb.amazonaws.com'],
    [{ port: 8080, protocol: 'HTTP' }, 'http://shop.elb.amazonaws.com:8080'],
  ])('is that of the production listener: %j', async (listener, url) => {
    expect(await sourceUrl(portsWith(RULE, listener), PLACE)).toBe(url);
  });

  it.each([
    ['a service without a production listener', undefined, 'HTTP'],
    ['a listener that speaks no HTTP', RULE, 'TCP'],
  ])('is asked for where there is %s', async (...[, rule, protocol]) => {
    await expect(sourceUrl(portsWith(rule, { port: 80, protocol }), PLACE)).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      hint: expect.stringContaining("'source-url'"),
    });
  });
});
