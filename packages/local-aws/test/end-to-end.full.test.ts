import { expect, it } from '@jest/globals';
import { deliver, type Cargo } from '../conformance/end-to-end.js';
import { openJudge, ourAccess } from '../conformance/judge.js';
import { createStage, newPrefix, type Access } from '../conformance/stage.js';
import type { Network } from '../conformance/step.js';
import { startLocalAws } from '../src/index.js';

/** A real account takes a quarter of an hour. */
const LIMIT_MS = 3_600_000;
const NETWORK: Network = { vpcId: 'vpc-1', subnets: ['subnet-1', 'subnet-2'], securityGroup: 'sg-1' };
const HERE: Cargo = {
  images: { blue: 'web:blue', green: 'web:green' },
  infrastructureRoleArn: 'arn:aws:iam::123456789012:role/ecs-infrastructure',
};

interface World {
  readonly access: Access;
  readonly network: Network;
  readonly cargo: Cargo;
  close(): Promise<void>;
}

/** local-aws, unless the environment names another AWS; then it has to name the rest, too. */
async function openWorld(): Promise<World> {
  if (!process.env['SLIPWAY_CONFORMANCE_ENDPOINT']) {
    const localAws = await startLocalAws({ tasks: 'simulated', minuteMs: 2_000, propagationSeconds: 5 });
    const access = ourAccess(localAws.endpoint, 'us-east-1');
    return { access, network: NETWORK, cargo: HERE, close: () => localAws.close() };
  }
  const { access, network } = await openJudge(process.env);
  const executionRoleArn = variable('EXECUTION_ROLE');
  const images = { blue: variable('BLUE_IMAGE'), green: variable('GREEN_IMAGE') };
  const cargo = { images, executionRoleArn, infrastructureRoleArn: variable('INFRASTRUCTURE_ROLE') };
  return { access, network, cargo, close: () => Promise.resolve() };
}

function variable(name: string): string {
  const value = process.env[`SLIPWAY_CONFORMANCE_${name}`];
  if (value) return value;
  throw new Error(`SLIPWAY_CONFORMANCE_${name} has to be set for a delivery to another AWS than local-aws.`);
}

it(
  'delivers blue/green under traffic, and nobody notices',
  async () => {
    const world = await openWorld();
    try {
      const delivery = await deliver(createStage(world.access, world.network, newPrefix()), world.cargo);
      expect(delivery).toMatchObject({ status: 'SUCCESSFUL', weights: { blue: 0, green: 100 }, failures: [] });
      expect(delivery.requests).toBeGreaterThan(10);
    } finally {
      await world.close();
    }
  },
  LIMIT_MS,
);
