/** AWS_REGION_NAME is the form of a region's name in any partition: `eu-central-1`, `us-gov-west-1`, `eusc-de-east-1`. */
export const AWS_REGION_NAME = /[a-z]{2,4}(?:-[a-z]+)+-\d{1,2}/;

/** AWS_REGION is a text that is such a name and nothing else. */
export const AWS_REGION = new RegExp(`^${AWS_REGION_NAME.source}$`);

/** A partition of AWS, as far as names of hosts go. */
interface Partition {
  /** How the names of its regions begin. */
  readonly begins: string;
  /** What the host of a service ends in. */
  readonly suffix: string;
  /** What the host of a registry ends in that answers by IPv6 too. */
  readonly dualStackSuffix: string;
}

const COMMERCIAL: Partition = { begins: '', suffix: 'amazonaws.com', dualStackSuffix: 'on.aws' };

/** All but the commercial one and GovCloud's, whose hosts are the same. Source: the AWS SDK's partitions. */
const PARTITIONS: readonly Partition[] = [
  { begins: 'cn-', suffix: 'amazonaws.com.cn', dualStackSuffix: 'on.amazonwebservices.com.cn' },
  { begins: 'eusc-', suffix: 'amazonaws.eu', dualStackSuffix: 'on.amazonwebservices.eu' },
  { begins: 'us-iso-', suffix: 'c2s.ic.gov', dualStackSuffix: 'on.aws.ic.gov' },
  { begins: 'us-isob-', suffix: 'sc2s.sgov.gov', dualStackSuffix: 'on.aws.scloud' },
  { begins: 'eu-isoe-', suffix: 'cloud.adc-e.uk', dualStackSuffix: 'on.cloud-aws.adc-e.uk' },
  { begins: 'us-isof-', suffix: 'csp.hci.ic.gov', dualStackSuffix: 'on.aws.hci.ic.gov' },
];

/** ecrHostOf returns the host of the private registry of an account in a region. */
export function ecrHostOf(account: string, region: string): string {
  return `${account}.dkr.ecr.${region}.${partitionOf(region).suffix}`;
}

const ECR_HOST = /^\d{12}\.dkr(?<separator>[.-])ecr(?:-fips)?\.(?<region>[a-z0-9-]+)\.(?<suffix>[a-z0-9.-]+)$/;

/** ecrRegionOf returns the region of an ECR registry's host; undefined for other hosts. */
export function ecrRegionOf(host: string): string | undefined {
  const { separator, region = '', suffix } = ECR_HOST.exec(host)?.groups ?? {};
  if (separator === undefined) return undefined;
  const partition = partitionOf(region);
  return suffix === (separator === '.' ? partition.suffix : partition.dualStackSuffix) ? region : undefined;
}

function partitionOf(region: string): Partition {
  return PARTITIONS.find(({ begins }) => region.startsWith(begins)) ?? COMMERCIAL;
}
