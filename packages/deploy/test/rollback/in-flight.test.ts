import { describe, expect, it } from '@jest/globals';
import { digestOf, runInLab, type Lab } from '@slipway/rehearsal';
import { deliver as deliverRevision, type Delivered } from '../../src/index.js';
import { back, calls, deliver, deliveryOf, given, lab } from './world.js';

describe('a deployment in flight', () => {
  it('is stopped with one call; the delivery ends as stopped, and names who did it', async () => {
    await given({ deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 60 } });
    const taskDefinition = await lab.register('second');
    let delivered: Delivered | undefined;
    const stopped = await back({}, async (run) => {
      const delivery = deliverRevision(deliveryOf(run, taskDefinition));
      await run.clock.sleep(5 * 60_000);
      return async () => (delivered = await delivery);
    });
    expect(stopped.delivered).toEqual({ outcome: 'succeeded' });
    expect(stopped.outputs).toMatchObject({
      'task-definition': expect.stringMatching(/:1$/),
      'previous-task-definition': expect.stringMatching(/:2$/),
      'running-digests': digestOf('first'),
    });
    expect(calls('StopServiceDeployment')).toBe(1);
    expect(delivered?.outcome).toBe('stopped');
    expect(String(delivered?.failure)).toContain('example/shop run 9.1');
    expect(await lab.liveImages()).toEqual(['first']);
  });

  it('is stopped first, and then what was named is deployed', async () => {
    await given();
    await deliver('second');
    await deliver('third');
    await lab.update({ taskDefinition: await lab.register('fourth') });
    await lab.time.advance(60);
    const end = await back({ to: '1' });
    expect(end.delivered).toEqual({ outcome: 'succeeded' });
    expect(await lab.liveImages()).toEqual(['first']);
    expect((await lab.deployments()).map(({ status }) => status).slice(0, 2)).toEqual([
      'SUCCESSFUL',
      'ROLLBACK_SUCCESSFUL',
    ]);
  });

  it('of a person is stopped without a mark that nobody would take off', async () => {
    await given();
    await lab.update({ taskDefinition: await lab.register('second') });
    await lab.time.advance(60);
    expect((await back()).delivered).toEqual({ outcome: 'succeeded' });
    expect((await lab.service()).tags ?? []).toEqual([]);
  });

  it('goes on when what was named cannot be deployed', async () => {
    await given();
    await lab.update({ taskDefinition: await lab.register('second') });
    await lab.time.advance(60);
    const end = await back({ to: 'v9' });
    expect(end.error).toMatchObject({ code: 'DEPLOY_ROLLBACK_NO_CANDIDATE' });
    expect((await lab.deployments())[0]?.status).toBe('IN_PROGRESS');
  });

  it('is followed when it is what was asked for', async () => {
    await given();
    await deliver('second');
    await lab.update({ taskDefinition: 'hello-service:1' });
    await lab.time.advance(60);
    const end = await back({ to: '1' });
    expect(end.delivered).toEqual({ outcome: 'succeeded' });
    expect(calls('StopServiceDeployment')).toBe(0);
    expect(await lab.liveImages()).toEqual(['first']);
  });

  it('that goes back already is waited for: stopping it would lead to the release that one wants to leave', async () => {
    await given();
    await deliver('second');
    await lab.update({ taskDefinition: 'hello-service:1' });
    await lab.time.advance(60);
    const planned = await back({ request: { dryRun: true } });
    expect(planned.lines.join('\n')).toMatch(/Would follow the deployment under way/);
    const end = await back();
    expect(end.delivered).toEqual({ outcome: 'succeeded' });
    expect(end.outputs).toMatchObject({
      'task-definition': expect.stringMatching(/:1$/),
      'previous-task-definition': expect.stringMatching(/:2$/),
    });
    expect(calls('StopServiceDeployment')).toBe(0);
    expect(await lab.liveImages()).toEqual(['first']);
  });

  it.each([
    ['adopted by a run that goes on with it', '2', { ifInProgress: 'fail' }],
    ['superseded by another delivery', '3', { ifInProgress: 'supersede' }],
  ] as const)('that is %s is no place to go back to', async (_title, delivered, intent) => {
    await given();
    await lab.update({ taskDefinition: await lab.register('second') });
    await lab.register('third');
    await lab.time.advance(60);
    const taskDefinition = `hello-service:${delivered}`;
    const end = await runInLab(lab, { taskDefinition, request: { intent } });
    expect(end.delivered).toEqual({ outcome: 'succeeded' });
    const { 'task-definition': from = '', 'previous-task-definition': to = '' } = end.outputs;
    expect([from, to]).toEqual([expect.stringMatching(`:${delivered}$`), expect.stringMatching(/:1$/)]);
    expect((await back({ from, to })).delivered).toEqual({ outcome: 'succeeded' });
    expect(await lab.liveImages()).toEqual(['first']);
  });

  it('is gone back from when it completes before it can be stopped', async () => {
    await given({ deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 } });
    await lab.update({ taskDefinition: await lab.register('second') });
    await lab.time.advance(30);
    const end = await back({ interference: { aws: lateToStop() } });
    expect(end.delivered).toEqual({ outcome: 'succeeded' });
    expect(await lab.liveImages()).toEqual(['first']);
  });

  it('is stopped although the first answer is lost', async () => {
    await given();
    await lab.update({ taskDefinition: await lab.register('second') });
    await lab.time.advance(60);
    lab.localAws.faults.add({ operation: 'ecs:StopServiceDeployment', kind: 'lost-reply', nth: 1 });
    const end = await back();
    expect(end.delivered).toEqual({ outcome: 'succeeded' });
    expect(await lab.liveImages()).toEqual(['first']);
  });

  /** The stop arrives after the deployment has completed. */
  function lateToStop(): Lab['aws'] {
    const { aws } = lab;
    const stopWithRollback: typeof aws.ecs.stopWithRollback = async (arn) => {
      while ((await lab.deployment(arn)).status !== 'SUCCESSFUL') await lab.clock.sleep(5000);
      return aws.ecs.stopWithRollback(arn);
    };
    return { ...aws, ecs: { ...aws.ecs, stopWithRollback } };
  }
});
