import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DescribeListenersCommand,
  ModifyListenerCommand,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { leftovers, violations } from './invariants.js';
import { NaiveClient } from './naive-client.js';
import { openFaultScene, type FaultScene } from './scene.js';

let scene: FaultScene;
beforeAll(async () => {
  scene = await openFaultScene();
  // The first of everything: a good revision, one task, a rolling deployment.
  const first = { number: () => 0, one: <Item>(items: readonly Item[]) => items[0] as Item };
  await new NaiveClient(scene, first, () => undefined).create();
  await scene.time.advance(600);
});
afterAll(() => scene.close());

async function setWeights(one: number, two: number): Promise<void> {
  const TargetGroups = [one, two].map((Weight, at) => ({ TargetGroupArn: scene.targetGroups[at], Weight }));
  const { Listeners } = await scene.elbv2.send(new DescribeListenersCommand({ LoadBalancerArn: scene.loadBalancer }));
  await scene.elbv2.send(
    new ModifyListenerCommand({
      ListenerArn: Listeners?.[0]?.ListenerArn,
      DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
    }),
  );
}

describe('what is looked at after every call', () => {
  it('finds nothing where all is well', () => {
    expect(violations(scene)).toEqual([]);
  });

  it('finds weights that do not sum up', async () => {
    await setWeights(10, 10);
    expect(violations(scene)).toEqual([expect.stringContaining('sum up to 20')]);
    await setWeights(100, 0);
    expect(violations(scene)).toEqual([]);
  });

  it('finds a target that is no task', async () => {
    await scene.elbv2.send(
      new RegisterTargetsCommand({ TargetGroupArn: scene.targetGroups[0], Targets: [{ Id: '127.9.9.9', Port: 1 }] }),
    );
    expect(violations(scene)).toEqual([expect.stringContaining('127.9.9.9')]);
  });

  it('finds what is left of a service', () => {
    expect(leftovers(scene)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('the service is ACTIVE'),
        expect.stringContaining('is RUNNING'),
        expect.stringContaining('127.9.9.9'),
      ]),
    );
  });

  it('finds a failure of local-aws itself', async () => {
    const service = scene.localAws.services.find(({ id }) => id === 'elasticloadbalancing');
    const operations = service?.operations as Record<string, unknown>;
    operations['DescribeRules'] = () => ({ Rules: [{ Weight: 1 }] });
    await new NaiveClient(scene, { number: () => 1, one: (items) => items[0] as never }, () => undefined).look();
    expect(violations(scene)).toContainEqual(expect.stringContaining('DescribeRules failed'));
  });
});
