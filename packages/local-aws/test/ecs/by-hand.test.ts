import { afterEach, describe, expect, it } from '@jest/globals';
import { openWorldByHand, type WorldByHand, type WorldByHandOptions } from './world-by-hand.js';

let world: WorldByHand | undefined;

afterEach(async () => {
  await world?.localAws.close();
  world = undefined;
});

async function open(options: WorldByHandOptions = {}): Promise<WorldByHand> {
  world = await openWorldByHand(options);
  return world;
}

const PAUSE = {
  targetType: 'PAUSE',
  lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
  timeoutConfiguration: { timeoutInMinutes: 1440, action: 'ROLLBACK' },
};

describe('a world whose time goes on by hand', () => {
  it('passes through a whole blue/green deployment with a bake time of 30 minutes', async () => {
    const on = await open();
    const startedSeconds = on.time.elapsedSeconds();
    const done = await on.until(await on.deploy('2'), 'SUCCESSFUL');
    const seconds = on.time.elapsedSeconds() - startedSeconds;
    // The bake time, then the deregistration delay of the blue tasks.
    expect(seconds).toBeGreaterThanOrEqual(30 * 60 + 300);
    expect(seconds).toBeLessThan(30 * 60 + 300 + 60);
    expect(done.finishedAt?.getTime()).toBe(on.time.now().getTime());
    expect(await on.weights()).toEqual([0, 100]);
    expect((await on.tasks()).map(({ containers }) => containers?.[0]?.image)).toEqual(['web:2', 'web:2']);
  });

  it('takes a deployment back when a PAUSE hook expires after 24 hours', async () => {
    const on = await open();
    const arn = await on.deploy('2', { deploymentConfiguration: { lifecycleHooks: [PAUSE] } });
    const hookId = await on.untilPaused(arn);
    const expiresAt = (await on.deployment(arn)).lifecycleHookDetails?.[0]?.expiresAt;
    expect(expiresAt?.getTime()).toBe(on.time.now().getTime() + 86_400_000);

    await on.time.advance(86_399);
    expect(await on.deployment(arn)).toMatchObject({
      status: 'IN_PROGRESS',
      lifecycleStage: 'POST_TEST_TRAFFIC_SHIFT',
    });
    await on.time.advance(1);
    expect(await on.deployment(arn)).toMatchObject({ status: 'ROLLBACK_IN_PROGRESS' });
    const done = await on.until(arn, 'ROLLBACK_SUCCESSFUL');
    expect(done.lifecycleHookDetails).toMatchObject([{ hookId, status: 'TIMED_OUT' }]);
    expect(done.statusReason).toContain(`${hookId} timed out`);
    expect(await on.weights()).toEqual([100, 0]);
    expect((await on.tasks()).map(({ containers }) => containers?.[0]?.image)).toEqual(['web:1', 'web:1']);
  });

  it('shifts a canary at its own time, and waits at each hook for an answer', async () => {
    const on = await open();
    const arn = await on.deploy('2', {
      deploymentConfiguration: {
        strategy: 'CANARY',
        canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 15 },
        lifecycleHooks: [{ ...PAUSE, lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'] }],
      },
    });
    const proceed = async (): Promise<void> => {
      const hookId = await on.untilPaused(arn);
      await on.call('ecs', 'ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId, action: 'CONTINUE' });
      await on.time.settle();
    };
    await proceed();
    expect(await on.weights()).toEqual([90, 10]);
    await on.time.advance(15 * 60 - 1);
    expect(await on.deployment(arn)).toMatchObject({ lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT' });
    await on.time.advance(1);
    expect(await on.deployment(arn)).toMatchObject({ lifecycleStage: 'PRE_PRODUCTION_TRAFFIC_SHIFT' });
    await proceed();
    expect(await on.weights()).toEqual([0, 100]);
    await on.until(arn, 'SUCCESSFUL');
  });

  it('tells of stopped tasks for an hour', async () => {
    const on = await open();
    await on.until(await on.deploy('2'), 'SUCCESSFUL');
    expect(await on.tasks('STOPPED')).toHaveLength(2);
    await on.time.advance(3_590);
    expect(await on.tasks('STOPPED')).toHaveLength(2);
    await on.time.advance(20);
    expect(await on.tasks('STOPPED')).toEqual([]);
  });

  it('does the same at the same moments every time', async () => {
    const run = async (): Promise<readonly object[]> => {
      const on = await open({
        simulate: (image) => (image === 'web:2' ? { startsAfterSeconds: 7, healthyAfterSeconds: 40 } : {}),
      });
      const arn = await on.deploy('2', { healthCheckGracePeriodSeconds: 300 });
      await on.until(arn, 'SUCCESSFUL');
      const ecs = on.localAws.services.find(({ id }) => id === 'ecs')?.state() as State;
      const history = ecs.clusters[0]?.services[0]?.serviceDeployments[0]?.history ?? [];
      await on.localAws.close();
      return history;
    };
    const first = await run();
    expect(first.length).toBeGreaterThan(10);
    expect(await run()).toEqual(first);
  });

  it('carries real traffic to its simulated tasks', async () => {
    const on = await open();
    expect(await (await fetch(on.productionUrl)).json()).toMatchObject({ version: 'web:1' });
    await on.until(await on.deploy('2'), 'SUCCESSFUL');
    expect(await (await fetch(on.productionUrl)).json()).toMatchObject({ version: 'web:2' });
  });
});

interface State {
  readonly clusters: readonly {
    readonly services: readonly { readonly serviceDeployments: readonly { readonly history: readonly object[] }[] }[];
  }[];
}
