import { describe, expect, it } from '@jest/globals';
import { back, calls, changes, deliver, given, lab } from './world.js';

describe('going back', () => {
  it('leads to what was deployed successfully before, and not to the revision minus one', async () => {
    await given();
    await lab.register('never-deployed');
    await deliver('second');
    const end = await back();
    expect(end.delivered).toEqual({ outcome: 'succeeded' });
    expect(await lab.liveImages()).toEqual(['first']);
    expect(end.outputs).toMatchObject({
      'task-definition': expect.stringMatching(/:1$/),
      'previous-task-definition': expect.stringMatching(/:3$/),
    });
  });

  it('passes over what was taken back', async () => {
    await given({ simulate: { bad: { healthyAfterSeconds: Number.POSITIVE_INFINITY } } });
    const taken = await deliver('bad', { intent: { timeoutMinutes: 20 } });
    expect(taken.delivered?.outcome).not.toBe('succeeded');
    await deliver('third');
    await back();
    expect(await lab.liveImages()).toEqual(['first']);
  });

  it('moves all traffic at once, and gives the service its own strategy again', async () => {
    const canary = { canaryPercent: 10, canaryBakeTimeInMinutes: 30 };
    await given({
      deploymentConfiguration: { strategy: 'CANARY', bakeTimeInMinutes: 60, canaryConfiguration: canary },
    });
    await deliver('second', { intent: { strategy: 'all-at-once', bakeMinutes: 0 } });
    const end = await back();
    expect(Number(end.outputs['duration-seconds'])).toBeLessThan(600);
    expect((await lab.service()).deploymentConfiguration).toMatchObject({
      strategy: 'CANARY',
      canaryConfiguration: canary,
    });
  });

  it("goes the service's own way where that is asked", async () => {
    await given({ deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 60 } });
    await deliver('second', { intent: { bakeMinutes: 0 } });
    const end = await back({ strategy: 'service' });
    expect(Number(end.outputs['duration-seconds'])).toBeGreaterThan(3600);
  });

  it('does not lead to the release that one came back from when the button is pressed again', async () => {
    await given();
    await deliver('second');
    await back();
    const before = calls('UpdateService');
    const end = await back();
    expect(end.error).toMatchObject({ code: 'DEPLOY_ROLLBACK_NO_CANDIDATE' });
    expect(String((end.error as { hint?: string }).hint)).toContain('hello-service:2');
    expect(calls('UpdateService')).toBe(before);
  });

  it('leaves a service alone that is at another revision than the one to go back from', async () => {
    await given();
    await deliver('second');
    const before = changes();
    const left = await back({ from: 'hello-service:1', hold: 'set' });
    expect(left.delivered).toEqual({ outcome: 'unchanged' });
    expect(changes()).toBe(before);
    expect(await lab.liveImages()).toEqual(['second']);
    const gone = await back({ from: 'hello-service:2' });
    expect(gone.delivered).toEqual({ outcome: 'succeeded' });
    expect(await lab.liveImages()).toEqual(['first']);
  });

  it('is a rolling update where no load balancer is in front', async () => {
    await given({ isBehindLoadBalancer: false, deploymentConfiguration: { strategy: 'ROLLING' } });
    await deliver('second');
    const end = await back();
    expect(end.delivered).toEqual({ outcome: 'succeeded' });
    expect((await lab.service()).taskDefinition).toMatch(/:1$/);
  });

  it('is not refused for the outage and the alarm that it is there to end', async () => {
    const simulate: Record<string, object> = { second: {} };
    await given({ simulate });
    await deliver('second');
    simulate['second'] = { healthyAfterSeconds: Number.POSITIVE_INFINITY };
    for (const { taskArn } of await lab.tasks())
      await lab.call('ecs', 'StopTask', { cluster: 'staging', task: taskArn });
    await lab.time.advance(30);
    const refused = await deliver('third');
    expect(refused.delivered?.failure).toMatchObject({ code: 'DEPLOY_FLEET_UNHEALTHY' });
    const end = await back();
    expect(end.delivered).toEqual({ outcome: 'succeeded' });
    expect(await lab.liveImages()).toEqual(['first']);
  });

  it('to what runs changes nothing', async () => {
    await given();
    const end = await back({ to: '1' });
    expect(end.delivered).toEqual({ outcome: 'unchanged' });
    expect(changes()).toBe(0);
  });
});
