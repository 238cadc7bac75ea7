import { describe, expect, it } from '@jest/globals';
import { AWS_REGION, ecrHostOf, ecrRegionOf } from '../src/index.js';

const ACCOUNT = '123456789012';

describe('a region', () => {
  it.each([
    ...['eu-central-1', 'us-gov-west-1', 'ap-southeast-7', 'cn-north-1', 'mx-central-1', 'eusc-de-east-1'],
    ...['us-iso-east-1', 'us-isob-west-1', 'eu-isoe-west-1', 'us-isof-south-1'],
  ])('%s is one by its name', (region) => {
    expect(AWS_REGION.test(region)).toBe(true);
  });

  it.each(['', 'europe', 'eu-1', 'eu-central-', 'EU-central-1', 'eu-central-1a', 'eu-central-1 ', 'aws-global'])(
    '%j is none',
    (text) => {
      expect(AWS_REGION.test(text)).toBe(false);
    },
  );
});

describe('the host of a registry', () => {
  it.each([
    ['eu-central-1', 'amazonaws.com'],
    ['us-gov-west-1', 'amazonaws.com'],
    ['cn-northwest-1', 'amazonaws.com.cn'],
    ['eusc-de-east-1', 'amazonaws.eu'],
    ['us-iso-east-1', 'c2s.ic.gov'],
    ['us-isob-east-1', 'sc2s.sgov.gov'],
    ['eu-isoe-west-1', 'cloud.adc-e.uk'],
    ['us-isof-south-1', 'csp.hci.ic.gov'],
  ])('in %s ends in %s, and tells the region', (region, suffix) => {
    const host = `${ACCOUNT}.dkr.ecr.${region}.${suffix}`;
    expect(ecrHostOf(ACCOUNT, region)).toBe(host);
    expect(ecrRegionOf(host)).toBe(region);
    expect(ecrRegionOf(host.replace('.ecr.', '.ecr-fips.'))).toBe(region);
  });

  it.each([
    ['eu-central-1', 'on.aws'],
    ['cn-north-1', 'on.amazonwebservices.com.cn'],
    ['eusc-de-east-1', 'on.amazonwebservices.eu'],
    ['us-iso-east-1', 'on.aws.ic.gov'],
    ['us-isob-east-1', 'on.aws.scloud'],
    ['eu-isoe-west-1', 'on.cloud-aws.adc-e.uk'],
    ['us-isof-south-1', 'on.aws.hci.ic.gov'],
  ])('that answers by IPv6 too, in %s ends in %s', (region, suffix) => {
    expect(ecrRegionOf(`${ACCOUNT}.dkr-ecr.${region}.${suffix}`)).toBe(region);
    expect(ecrRegionOf(`${ACCOUNT}.dkr-ecr-fips.${region}.${suffix}`)).toBe(region);
  });

  it.each([
    `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com.example.com`,
    `${ACCOUNT}.dkr.ecr.eu-central-1.example.amazonaws.com`,
    `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.eu`,
    `${ACCOUNT}.dkr.ecr.eusc-de-east-1.amazonaws.com`,
    `1234.dkr.ecr.eu-central-1.amazonaws.com`,
    'registry.example.com',
    'public.ecr.aws',
  ])('%s is not one of ECR', (host) => {
    expect(ecrRegionOf(host)).toBeUndefined();
  });
});
