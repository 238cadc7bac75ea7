import { ECRClient } from '@aws-sdk/client-ecr';
import { describe, expect, it } from '@jest/globals';
import { AWS_REGION, ecrHostOf, ecrRegionOf } from '@slipway/core';

const client = new ECRClient({ region: 'us-east-1' });

/** The host of ECR's API, as the SDK knows it. */
function apiOf(region: string, dualStack: boolean): string {
  const given = { Region: region, UseFIPS: false, UseDualStack: dualStack };
  return client.config.endpointProvider(given).url.hostname;
}

describe('the hosts of registries', () => {
  it.each([
    ...['eu-central-1', 'us-gov-west-1', 'cn-north-1', 'eusc-de-east-1'],
    ...['us-iso-east-1', 'us-isob-east-1', 'eu-isoe-west-1', 'us-isof-south-1'],
  ])('end in %s as the SDK says of the API', (region) => {
    expect(AWS_REGION.test(region)).toBe(true);
    const host = `123456789012.${apiOf(region, false).replace('api.', 'dkr.')}`;
    expect(ecrHostOf('123456789012', region)).toBe(host);
    // `ecr.REGION.api.aws`: a registry has `on` for `api`.
    expect(ecrRegionOf(`123456789012.dkr-${apiOf(region, true).replace('.api.', '.on.')}`)).toBe(region);
  });
});
