import { afterEach, describe, expect, it } from '@jest/globals';
import { BLUE_GROUP, GREEN_GROUP, openStage, PRODUCTION, type EcsStage } from './stage.js';

let stage: EcsStage | undefined;

afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

/** Canary, so that there are many moments, and a hook at each stage that may have one that passes by itself. */
const CONFIGURATION = {
  strategy: 'CANARY',
  bakeTimeInMinutes: 1,
  canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 },
};

interface Swept {
  readonly on: EcsStage;
  /** The deployment of version 2. */
  readonly arn: string;
}

/**
 * Starts the deployment of version 2 and, when ECS records its n-th change, acts: not a moment later, for a stage may
 * be over within one turn of the event loop. Resolves when the act is done, or undefined when there was no n-th change.
 */
async function actAt<Result>(moment: number, act: (swept: Swept) => Promise<Result>) {
  let countdown = Infinity;
  let acted: Promise<Result> | undefined;
  const onNow = (): void => {
    countdown -= 1;
    if (countdown === 0) acted = Promise.resolve().then(() => act(swept));
  };
  const on = await openStage({ minuteMs: 100, onNow });
  stage = on;
  await on.createService('1');
  const taskDefinition = await on.register('2');
  await on.register('3');
  const service = await on.update({ taskDefinition, deploymentConfiguration: CONFIGURATION });
  const swept: Swept = { on, arn: service.currentServiceDeployment ?? '' };
  countdown = moment;
  const ended = (): boolean => on.history(swept.arn).some(({ status }) => status === 'SUCCESSFUL');
  await on.until('it is acted upon', () => acted !== undefined || ended());
  countdown = Infinity;
  return { ...swept, acted: acted && (await acted) };
}

/** All production traffic is on one group whose targets are all healthy, and no task is left that is in neither. */
async function expectOneFleet(on: EcsStage, image: string): Promise<void> {
  const weights = new Map(on.loadBalancing.forwardWeights(PRODUCTION)?.map((w) => [w.targetGroupArn, w.weight]));
  const live = (weights.get(BLUE_GROUP) ?? 0) > 0 ? BLUE_GROUP : GREEN_GROUP;
  expect([...weights.values()].sort((a, b) => a - b)).toEqual([0, 100]);
  expect(on.loadBalancing.targetHealth(live).map(({ state }) => state)).toEqual(['healthy', 'healthy']);
  expect(on.loadBalancing.targetHealth(live === BLUE_GROUP ? GREEN_GROUP : BLUE_GROUP)).toEqual([]);
  expect((await on.tasks()).map(({ containers }) => containers?.[0]?.image)).toEqual([image, image]);
  expect((await on.describeService()).deployments).toHaveLength(1);
}

/** A whole deployment looks at the clock about 45 times; odd moments are for stops, even ones for newer deployments. */
const ODD_MOMENTS = Array.from({ length: 24 }, (_, index) => 2 * index + 1);
const EVEN_MOMENTS = ODD_MOMENTS.map((moment) => moment + 1);

const stop = ({ on, arn }: Swept): Promise<string> =>
  on.call('StopServiceDeployment', { serviceDeploymentArn: arn, stopType: 'ROLLBACK' }).then(
    () => 'stopped',
    (error: { code: string }) => error.code,
  );

const supersede = async ({ on }: Swept): Promise<string> =>
  (await on.update({ taskDefinition: 'web:3' })).currentServiceDeployment ?? '';

describe('at every change that a deployment makes', () => {
  it.each(ODD_MOMENTS)('%i: a stop goes back to the healthy blue fleet', async (moment) => {
    const { on, arn, acted } = await actAt(moment, stop);
    const end = acted === 'stopped' ? 'ROLLBACK_SUCCESSFUL' : 'SUCCESSFUL';
    await on.untilStatus(arn, end);
    await expectOneFleet(on, acted === 'stopped' ? 'web:1' : 'web:2');
  });

  it.each(EVEN_MOMENTS)('%i: a newer deployment takes over and succeeds', async (moment) => {
    const { on, arn, acted } = await actAt(moment, supersede);
    const ended = await on.untilStatus(arn, 'STOPPED', 'SUCCESSFUL');
    const newest = acted ?? arn;
    await on.untilStatus(newest, 'SUCCESSFUL');
    await expectOneFleet(on, acted === undefined ? 'web:2' : 'web:3');
    expect(ended.statusReason).toEqual(ended.status === 'STOPPED' ? expect.stringContaining(newest) : undefined);
  });

  it.each([3, 10, 20, 30, 40])('%i: a newer deployment takes over from the rollback', async (moment) => {
    const { on, acted } = await actAt(moment, async (swept) => {
      await stop(swept);
      return supersede(swept);
    });
    await on.untilStatus(acted ?? '', 'SUCCESSFUL');
    await expectOneFleet(on, 'web:3');
  });

  it.each([3, 10, 20, 30, 40])('%i: close() ends everything at once', async (moment) => {
    const { acted } = await actAt(moment, async ({ on: open }) => {
      const started = performance.now();
      await open.close();
      return performance.now() - started;
    });
    stage = undefined;
    expect(acted).toBeLessThan(2_000);
  });
});

describe('after a deployment that the circuit breaker stopped without a rollback', () => {
  it('the next one clears away what is left and succeeds', async () => {
    stage = await openStage({
      simulate: (image) => (image === 'web:2' ? { failsToStart: 'CannotPullContainerError: no' } : {}),
    });
    const on = stage;
    await on.createService('1');
    const deploymentCircuitBreaker = { enable: true, rollback: false };
    const bad = await on.update({
      taskDefinition: await on.register('2'),
      deploymentConfiguration: { deploymentCircuitBreaker },
    });
    await on.untilStatus(bad.currentServiceDeployment ?? '', 'STOPPED');
    const good = await on.update({ taskDefinition: await on.register('3') });
    await on.untilStatus(good.currentServiceDeployment ?? '', 'SUCCESSFUL');
    await expectOneFleet(on, 'web:3');
  });
});
