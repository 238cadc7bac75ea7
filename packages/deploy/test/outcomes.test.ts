import { afterEach, describe, expect, it } from '@jest/globals';
import type { GatePosition } from '@slipway/delivery';
import type { LabEnd, LabRequest, LabStart } from '@slipway/rehearsal';
import { openLab, runInLab, type Lab, type LabOptions } from '@slipway/rehearsal';
import type { AwsPorts } from '../src/index.js';
import { gateThat } from './sweep/plays.js';

let lab: Lab;
const given = async (options?: LabOptions): Promise<void> => {
  lab = await openLab(options);
};
afterEach(() => lab.close());

const deploy = async (behaviour: string, request: LabRequest = {}, start: Partial<LabStart> = {}): Promise<LabEnd> =>
  runInLab(lab, { taskDefinition: await lab.register(behaviour), request, ...start });

/** AWS for a run that dies in the moment in which it makes this call. */
function dyingAt(aws: AwsPorts, call: 'answerHook') {
  let die = (): void => undefined;
  const death = new Promise<void>((resolve) => (die = resolve));
  const last = (): Promise<never> => {
    die();
    return new Promise(() => undefined);
  };
  return {
    death,
    aws: {
      ...aws,
      ecs: { ...aws.ecs, [call]: last, serviceDeployment: (arn: string) => aws.ecs.serviceDeployment(arn) },
    },
  };
}

const GATE_MINUTES = { 'before-traffic': 1, step: 1, 'after-traffic': 1 };
const calls = (operation: string): number =>
  lab.localAws.calls().filter((call) => call.operation === operation && call.accessKeyId === 'LAB').length;

describe('a good revision', () => {
  it('is deployed all at once, and the service is left as it was', async () => {
    await given();
    const before = (await lab.service()).deploymentConfiguration;
    const end = await deploy('second');
    expect({ error: end.error, delivered: end.delivered }).toEqual({ delivered: { outcome: 'succeeded' } });
    expect(end.report['undone']).toBe(false);
    expect(await lab.liveImages()).toEqual(['second']);
    const { deploymentConfiguration, tags } = await lab.service();
    const empty = { lifecycleHooks: [], alarms: { alarmNames: [], enable: false, rollback: false } };
    expect({ deploymentConfiguration, tags }).toEqual({ deploymentConfiguration: { ...empty, ...before }, tags: [] });
  });

  it('draws its timeline and its shares', async () => {
    await given();
    const { summary } = await deploy('second', { intent: { strategy: 'canary', canaryBakeMinutes: 2 } });
    expect(summary).toMatch(/```mermaid\ngantt[^]*SUCCESSFUL/);
    expect(summary).toMatch(/```mermaid\nxychart-beta[^]*line \[0, 0, 5, 5, 100, 100\]/);
  });

  it.each([
    [{ strategy: 'canary', canaryPercent: 10, canaryBakeMinutes: 3 }, 'CANARY', 180],
    [{ strategy: 'linear', stepPercent: 50, stepBakeMinutes: 4 }, 'LINEAR', 240],
  ] as const)('is deployed by %j where the service is set up otherwise', async (intent, strategy, seconds) => {
    await given();
    const end = await deploy('second', { intent });
    expect(end.delivered?.outcome).toBe('succeeded');
    const [newest] = await lab.deployments();
    const { deploymentConfiguration } = await lab.deployment(newest?.arn ?? '');
    expect(deploymentConfiguration?.strategy).toBe(strategy);
    expect(Number(end.outputs['duration-seconds'])).toBeGreaterThanOrEqual(seconds);
    expect((await lab.service()).deploymentConfiguration?.strategy).toBe('BLUE_GREEN');
  });

  it('is deployed by a rolling update where nothing is in front', async () => {
    await given({ isBehindLoadBalancer: false, deploymentConfiguration: { strategy: 'ROLLING' } });
    const end = await deploy('second');
    expect(end.delivered?.outcome).toBe('succeeded');
    expect(end.lines.join('\n')).toMatch(/Not guaranteed: A rolling update cannot pause/);
    expect((await lab.service()).deploymentConfiguration?.lifecycleHooks ?? []).toEqual([]);
  });

  it('is left unchanged by a second run', async () => {
    await given();
    const taskDefinition = await lab.register('second');
    await runInLab(lab, { taskDefinition });
    const updates = calls('UpdateService');
    const again = await runInLab(lab, { taskDefinition });
    expect(again.delivered?.outcome).toBe('unchanged');
    expect(calls('UpdateService')).toBe(updates);
  });

  it('is deployed again where that is forced', async () => {
    await given();
    const taskDefinition = await lab.register('second');
    await runInLab(lab, { taskDefinition });
    const again = await runInLab(lab, { taskDefinition, request: { intent: { forceNewDeployment: true } } });
    expect(again.delivered?.outcome).toBe('succeeded');
    expect(await lab.deployments()).toHaveLength(3);
  });
});

describe('the pauses', () => {
  it('are as long as the gates need, and roll back by themselves', async () => {
    await given();
    const gateMinutes = { 'before-traffic': 10, step: 0, 'after-traffic': 7 };
    const end = await deploy('second', { intent: { gateMinutes } });
    const { deploymentConfiguration } = await lab.deployment((await lab.deployments())[0]?.arn ?? '');
    const pause = (stage: string, timeoutInMinutes: number) => ({
      targetType: 'PAUSE',
      lifecycleStages: [stage],
      timeoutConfiguration: { timeoutInMinutes, action: 'ROLLBACK' },
    });
    expect(deploymentConfiguration?.lifecycleHooks).toEqual([
      pause('PRE_PRODUCTION_TRAFFIC_SHIFT', 14),
      pause('POST_PRODUCTION_TRAFFIC_SHIFT', 11),
    ]);
    expect(end.delivered?.outcome).toBe('succeeded');
  });

  it('give the traffic back when nobody answers them: the runner died', async () => {
    await given();
    const taskDefinition = await lab.register('second');
    const { aws, death } = dyingAt(lab.aws, 'answerHook');
    await runInLab(lab, { taskDefinition, interference: { aws, death } });
    await lab.time.advance(3600);
    expect((await lab.deployments())[0]?.status).toBe('ROLLBACK_SUCCESSFUL');
    expect(await lab.liveImages()).toEqual(['first']);
    const again = await runInLab(lab, { taskDefinition });
    expect(again.delivered?.outcome).toBe('succeeded');
    expect((await lab.service()).deploymentConfiguration?.lifecycleHooks).toEqual([]);
  });
});

describe('a gate', () => {
  it.each([
    ['before-traffic', 'first', []],
    ['step', 'first', [10]],
    ['after-traffic', 'first', [10, 100]],
  ] as const)('that fails at %s takes the deployment back', async (position: GatePosition, live, shares) => {
    await given();
    const end = await deploy('second', {
      gates: [gateThat('fail', position)],
      intent: { strategy: 'canary', canaryPercent: 10, canaryBakeMinutes: 1, gateMinutes: GATE_MINUTES },
    });
    expect(end.delivered).toMatchObject({ outcome: 'rolled-back', failure: { code: 'DEPLOY_ROLLED_BACK' } });
    expect(end.outputs['rolled-back-because']).toContain('told (fail): The test says so.');
    expect(end.report['undone']).toBe(true);
    expect(await lab.liveImages()).toEqual([live]);
    const seen = (end.report['shares'] as { percent: number }[])
      .map(({ percent }) => percent)
      .filter((share) => share > 0);
    expect(seen).toEqual(shares);
    expect(calls('StopServiceDeployment')).toBe(1);
  });

  it('that cannot tell stops the deployment: doubt is not a pass', async () => {
    await given();
    const end = await deploy('second', {
      gates: [gateThat('inconclusive', 'before-traffic')],
      intent: { gateMinutes: GATE_MINUTES },
    });
    expect(end.delivered?.outcome).toBe('rolled-back');
    expect(await lab.liveImages()).toEqual(['first']);
  });
});

describe('a bad revision', () => {
  it('that crashes is taken back after three tasks, not after half an hour', async () => {
    await given();
    const end = await deploy('crashes');
    expect(end.delivered?.outcome).toBe('rolled-back');
    expect(end.outputs['rolled-back-because']).toMatch(/tasks of the new revision stopped by themselves.*exit code 3/);
    expect(Number(end.outputs['duration-seconds'])).toBeLessThan(5 * 60);
  });

  it('that gets healthy first and crashes during the bake is taken back too', async () => {
    await given({ deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 20 } });
    const end = await deploy('crashes-later');
    expect(end.delivered?.outcome).toBe('rolled-back');
    expect(await lab.liveImages()).toEqual(['first']);
  });

  it('that never gets healthy is taken back when its time is over', async () => {
    await given();
    const end = await deploy('never-healthy', { intent: { timeoutMinutes: 10 }, maxStoppedTasks: 1000 });
    expect(end.delivered).toMatchObject({ outcome: 'timed-out', failure: { code: 'DEPLOY_TIMED_OUT' } });
    expect(end.report['undone']).toBe(true);
    expect(await lab.liveImages()).toEqual(['first']);
  });
});

describe('a cancelled run', () => {
  const cancelAt = (pattern: RegExp, intent: LabRequest['intent'] = {}) => {
    const controller = new AbortController();
    const onLine = (line: string): void => {
      if (pattern.test(line)) controller.abort(new Error('cancelled'));
    };
    return deploy('second', { intent }, { interference: { signal: controller.signal, onLine } });
  };

  it.each([/Started arn/, /\d s {2}.*PRE_PRODUCTION/, /BAKE_TIME/])(
    'takes its deployment back with one call: %s',
    async (pattern) => {
      await given();
      const end = await cancelAt(pattern);
      expect(end.delivered?.outcome).toBe('rolled-back');
      expect(end.delivered?.failure?.message).toContain('The run was cancelled.');
      expect(calls('StopServiceDeployment')).toBe(1);
      expect(await lab.liveImages()).toEqual(['first']);
    },
  );

  it('leaves it where that was said, and a second run adopts it', async () => {
    await given();
    const end = await cancelAt(/BAKE_TIME/, { onCancel: 'leave' });
    expect(end.delivered).toMatchObject({ outcome: 'cancelled', failure: { code: 'DEPLOY_CANCELLED' } });
    expect(end.report['undone']).toBe(false);
    expect(calls('StopServiceDeployment')).toBe(0);
    const again = await runInLab(lab, { taskDefinition: 'hello-service:2' });
    expect(again.delivered?.outcome).toBe('succeeded');
    expect(await lab.deployments()).toHaveLength(2);
    expect((await lab.service()).deploymentConfiguration?.lifecycleHooks).toEqual([]);
  });
});
