import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endOf, green, once, openStage, red, type Stage } from './world.js';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
}, 60_000);
afterAll(() => stage.close());

/** How the service is set up; ECS tells a setting that was emptied as an empty one. */
const OWN = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 };

describe('Given a strategy for one deployment', () => {
  it.each([
    ['canary', { 'canary-percent': '10', 'canary-bake-minutes': '1', 'bake-minutes': '0' }, /production traffic 10 %/],
    ['linear', { 'step-percent': '50', 'step-bake-minutes': '1', 'bake-minutes': '0' }, /production traffic 50 %/],
    ['all-at-once', { 'bake-minutes': '0' }, /production traffic 100 %/],
  ])(
    'when %s is asked for, then traffic moves so, and the service has its own settings after',
    async (strategy, inputs, told) => {
      const end = await stage.deliver(`by-${strategy}`, { strategy, ...inputs });
      expect(endOf(end)).toEqual(green('succeeded'));
      expect(end.stdout).toMatch(told);
      const after = await stage.service();
      expect(after.deploymentConfiguration).toMatchObject(OWN);
      expect(after.deploymentConfiguration?.lifecycleHooks ?? []).toEqual([]);
      expect((after.tags ?? []).filter(({ key }) => key?.startsWith('slipway:'))).toEqual([]);
    },
    60_000,
  );
});

describe('Given a bad release', () => {
  it('when its image is missing, then it is taken back, and ECS is quoted', async () => {
    const end = await stage.deliver('no-image');
    expect(endOf(end)).toEqual(red('rolled-back', /^DEPLOY_ROLLED_BACK: .*CannotPullContainerError/));
    expect(await stage.live()).toBe('by-all-at-once');
  }, 60_000);

  it('when it crashes after it has all traffic, then it is taken back within its bake', async () => {
    const end = await stage.deliver('crashes-later', { 'bake-minutes': '20' });
    expect(endOf(end)).toEqual(red('rolled-back', /^DEPLOY_ROLLED_BACK: .*exit code 9/));
    expect(await stage.live()).toBe('by-all-at-once');
  }, 60_000);

  it('when it takes too long, then it is taken back at its time', async () => {
    const end = await stage.deliver('slow', { 'bake-minutes': '30', 'timeout-minutes': '5' });
    expect(endOf(end)).toEqual(red('timed-out', /^DEPLOY_TIMED_OUT: /));
    expect(await stage.live()).toBe('by-all-at-once');
  }, 60_000);
});

describe('Given weights that somebody changed by hand', () => {
  it('when a deployment is asked for, then it is refused, until that is allowed by name', async () => {
    const [blue = 0, green_ = 0] = await stage.weights();
    await stage.weigh(50, 50);
    const before = stage.calls('UpdateService');
    const refused = await stage.deliver('unseen');
    expect(endOf(refused)).toEqual(red('refused', /^DEPLOY_WEIGHTS_UNEXPECTED: /));
    expect(stage.calls('UpdateService')).toBe(before);
    await stage.weigh(blue, green_);
    expect(endOf(await stage.deliver('seen'))).toEqual(green('succeeded'));
  }, 60_000);
});

describe('Given a deployment of somebody else under way', () => {
  it('when we wait for it, then ours comes after', async () => {
    await stage.update({ taskDefinition: await stage.register('theirs') });
    const end = await stage.deliver('waited', { 'if-in-progress': 'wait' });
    expect(endOf(end)).toEqual(green('succeeded'));
    expect((await stage.statuses()).slice(0, 2)).toEqual(['SUCCESSFUL', 'SUCCESSFUL']);
  }, 60_000);

  it('when ours may replace it, then it is stopped', async () => {
    await stage.update({ taskDefinition: await stage.register('theirs') });
    const end = await stage.deliver('replacing', { 'if-in-progress': 'supersede' });
    expect(endOf(end)).toEqual(green('succeeded'));
    expect((await stage.statuses()).slice(0, 2)).toEqual(['SUCCESSFUL', 'STOPPED']);
  }, 60_000);

  it('when it is of the same revision, then it is adopted', async () => {
    const taskDefinition = await stage.register('same');
    await stage.update({ taskDefinition });
    const before = stage.calls('UpdateService');
    const end = await stage.deploy({ 'task-definition': taskDefinition });
    expect(endOf(end)).toEqual(green('succeeded'));
    expect(end.stdout).toMatch(/Following the deployment of this revision that is under way/);
    expect(stage.calls('UpdateService')).toBe(before);
  }, 60_000);
});

describe('Given a job that is not there to the end', () => {
  const behind = { 'bake-minutes': '3' };

  it('when it may leave at the bake, then it is green, and a second run sees the end', async () => {
    const taskDefinition = await stage.register('left-early');
    const first = await stage.deploy({ 'task-definition': taskDefinition, 'wait-until': 'BAKE_TIME', ...behind });
    expect(endOf(first)).toEqual(green('in-progress'));
    const second = await stage.deploy({ 'task-definition': taskDefinition });
    expect(endOf(second)).toMatchObject({ outcome: expect.stringMatching(/succeeded|unchanged/), exitCode: 0 });
  }, 60_000);

  it('when it is cancelled and leaves the deployment, then ECS goes back when the pause is over', async () => {
    const before = stage.calls('StopServiceDeployment');
    const end = await stage.deliver(
      'left',
      { 'on-cancel': 'leave', verify: await stage.suite(404), 'verify-seconds': '60' },
      once(/^Started arn/, (pid) => process.kill(pid, 'SIGINT')),
    );
    expect(endOf(end)).toEqual(red('cancelled', /^DEPLOY_CANCELLED: /));
    await stage.settled();
    expect((await stage.statuses())[0]).toBe('ROLLBACK_SUCCESSFUL');
    expect(stage.calls('StopServiceDeployment')).toBe(before);
    expect(await stage.live()).toBe('left-early');
  }, 90_000);

  it('when it is killed, then ECS goes back by itself, and reconcile puts the settings back', async () => {
    const killed = await stage.deliver(
      'killed',
      { strategy: 'canary', 'canary-bake-minutes': '1', verify: await stage.suite(404), 'verify-seconds': '60' },
      once(/^Started arn/, (pid) => process.kill(pid, 'SIGKILL')),
    );
    expect(killed.outputs['outcome']).toBeUndefined();
    await stage.settled();
    expect((await stage.statuses())[0]).toBe('ROLLBACK_SUCCESSFUL');
    expect(await stage.live()).toBe('left-early');
    const reconciled = await stage.deploy({ mode: 'reconcile' });
    expect(endOf(reconciled)).toEqual(green('succeeded'));
    const after = await stage.service();
    expect(after.deploymentConfiguration).toMatchObject(OWN);
    expect(after.deploymentConfiguration?.lifecycleHooks ?? []).toEqual([]);
    expect((after.tags ?? []).filter(({ key }) => key?.startsWith('slipway:'))).toEqual([]);
    expect(endOf(await stage.deploy({ mode: 'reconcile' }))).toEqual(green('unchanged'));
  }, 90_000);
});

describe('Given an AWS that does not answer as it should', () => {
  it('when it throttles every third read, then the deployment succeeds all the same', async () => {
    const fault = stage.localAws.faults.add({
      operation: 'ecs:Describe*',
      kind: 'throttle',
      probability: 0.3,
      seed: 7,
    });
    const end = await stage.deliver('throttled');
    fault.remove();
    expect(endOf(end)).toEqual(green('succeeded'));
  }, 90_000);

  it('when the answer to the start is lost, then there is one deployment, and it is followed', async () => {
    const before = (await stage.statuses()).length;
    stage.localAws.faults.add({ operation: 'ecs:UpdateService', kind: 'lost-reply', nth: 1 });
    const end = await stage.deliver('answered-late');
    expect(endOf(end)).toEqual(green('succeeded'));
    expect(await stage.statuses()).toHaveLength(before + 1);
  }, 60_000);

  it('when we may not update the service, then it says which permission is missing, and nothing has changed', async () => {
    const fault = stage.localAws.faults.add({ operation: 'ecs:UpdateService', kind: 'access-denied', always: true });
    const end = await stage.deliver('forbidden');
    fault.remove();
    expect(end.errors[0]).toMatch(/^AWS_ACCESS_DENIED: .*ecs:UpdateService/);
    expect(await stage.live()).toBe('answered-late');
    expect(((await stage.service()).tags ?? []).filter(({ key }) => key?.startsWith('slipway:'))).toEqual([]);
  }, 60_000);

  it('when the credentials expire on the way, then the step is red, and ECS goes back by itself', async () => {
    let fault: { remove(): void } | undefined;
    const end = await stage.deliver(
      'expired',
      { verify: await stage.suite(404), 'verify-seconds': '60' },
      once(/^Started arn/, () => {
        fault = stage.localAws.faults.add({
          operation: 'ecs:*',
          kind: 'throttle',
          code: 'ExpiredTokenException',
          always: true,
        });
      }),
    );
    fault?.remove();
    expect(end.exitCode).toBe(1);
    expect(endOf(end)).toEqual(
      red('unknown', /^DEPLOY_UNKNOWN: .*lost sight of it: .*ExpiredTokenException.*takes it back by itself/),
    );
    await stage.settled();
    expect(await stage.live()).toBe('answered-late');
    expect(endOf(await stage.deploy({ mode: 'reconcile' })).exitCode).toBe(0);
  }, 120_000);
});

describe('Given a service that wants no task', () => {
  it('when a deployment is asked for, then it is refused, until that is allowed by name', async () => {
    await stage.update({ desiredCount: 0 });
    await stage.settled();
    const refused = await stage.deliver('unseen');
    expect(endOf(refused)).toEqual(red('refused', /^DEPLOY_NOTHING_RUNS: /));
    const allowed = await stage.deliver('nobody', { allow: 'nothing-runs' });
    expect(endOf(allowed)).toEqual(green('succeeded'));
    expect(allowed.stdout).toMatch(/nothing about the new revision (?:was|is) proved/);
  }, 60_000);

  it('when the deployment says how many it wants, then they run', async () => {
    const end = await stage.deliver('somebody', { 'desired-count': '1' });
    expect(endOf(end)).toEqual(green('succeeded'));
    expect((await stage.service()).runningCount).toBe(1);
    expect(await stage.live()).toBe('somebody');
  }, 60_000);
});
