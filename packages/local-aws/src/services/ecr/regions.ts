import type { HomeFirst } from '../../registry-address.js';
import type { AwsService, Operation } from '../../service.js';
import type { EcrService } from './index.js';
import { invalidParameter } from './input.js';

/** RegionalEcr is the ECR of one region. */
export interface RegionalEcr {
  readonly address: { readonly region: string };
  readonly ecr: EcrService;
}

/** joinRegions makes one service of the ECRs of an account's regions: a call is for the one that it is signed for. */
export function joinRegions(regions: HomeFirst<RegionalEcr>): AwsService {
  const byRegion = new Map(regions.map(({ address, ecr }) => [address.region, ecr]));
  const { id, protocol, operations } = regions[0].ecr;
  const regional =
    (name: string): Operation =>
    (input, context) => {
      const operation = byRegion.get(context.region)?.operations[name];
      if (operation) return operation(input, context);
      const known = [...byRegion.keys()].join(', ');
      throw invalidParameter(`local-aws has an ECR in ${known} here, and none in ${context.region}.`);
    };
  return {
    ...{ id, protocol },
    operations: Object.fromEntries(Object.keys(operations).map((name) => [name, regional(name)])),
    state: () => ({ regions: Object.fromEntries([...byRegion].map(([region, ecr]) => [region, ecr.state()])) }),
    close: async () => {
      await Promise.all(regions.map(({ ecr }) => ecr.close()));
    },
  };
}
