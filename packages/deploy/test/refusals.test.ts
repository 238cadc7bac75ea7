import { afterEach, describe, expect, it } from '@jest/globals';
import type { LabEnd, LabRequest, LabStart } from '@slipway/rehearsal';
import { openLab, runInLab, type Lab, type LabOptions } from '@slipway/rehearsal';
import type { SimulatedBehaviour } from '@slipway/local-aws';
import { TAGS, tagsFor } from '../src/index.js';

let lab: Lab;
const given = async (options?: LabOptions): Promise<void> => {
  lab = await openLab(options);
};
afterEach(() => lab.close());

const deploy = async (behaviour: string, request: LabRequest = {}, start: Partial<LabStart> = {}): Promise<LabEnd> =>
  runInLab(lab, { taskDefinition: await lab.register(behaviour), request, ...start });

const calls = (operation: string): number =>
  lab.localAws.calls().filter((call) => call.operation === operation && call.accessKeyId === 'LAB').length;

describe('a refusal', () => {
  const refused = async (code: string, request: LabRequest = {}): Promise<LabEnd> => {
    const before = calls('UpdateService');
    const end = await deploy('second', request);
    const failure = end.delivered?.failure ?? end.error;
    expect(failure).toMatchObject({ code });
    if (code !== 'DEPLOY_STRATEGY_UNSUPPORTED') expect(end.delivered?.outcome).toBe('refused');
    expect(calls('UpdateService')).toBe(before);
    return end;
  };

  it('of an outage is lifted by name, and the plan says what is lost', async () => {
    const simulate: Record<string, SimulatedBehaviour> = { first: { unhealthyAfterSeconds: 600 } };
    await given({ simulate });
    simulate['first'] = { healthyAfterSeconds: Number.POSITIVE_INFINITY };
    await lab.time.advance(1200);
    await refused('DEPLOY_FLEET_UNHEALTHY');
    const end = await deploy('second', { intent: { allow: ['unhealthy-fleet'] } });
    expect(end.delivered?.outcome).toBe('succeeded');
    expect(end.lines.join('\n')).toMatch(/Allowed by name \(unhealthy-fleet\).*Lost: going back/);
  });

  it('of a count of 0 is lifted by name', async () => {
    await given();
    await lab.update({ desiredCount: 0 });
    await lab.time.advance(600);
    await refused('DEPLOY_NOTHING_RUNS');
    const end = await deploy('second', { intent: { allow: ['nothing-runs'] } });
    expect(end.delivered?.outcome).toBe('succeeded');
    expect(end.warnings.join()).toMatch(/desired count is 0/);
  });

  it('of a hold names who holds', async () => {
    await given();
    const { serviceArn } = await lab.service();
    const tags = [{ key: TAGS.hold, value: 'mona: checkout is broken' }];
    await lab.call('ecs', 'TagResource', { resourceArn: serviceArn, tags });
    const end = await refused('DEPLOY_HELD');
    expect(String(end.delivered?.failure)).toContain('mona: checkout is broken');
  });

  it('of another deployment in flight', async () => {
    await given();
    await lab.update({ taskDefinition: await lab.register('other') });
    await refused('DEPLOY_IN_PROGRESS');
  });

  it('of a strategy that the service cannot have', async () => {
    await given({ isBehindLoadBalancer: false, deploymentConfiguration: { strategy: 'ROLLING' } });
    await refused('DEPLOY_STRATEGY_UNSUPPORTED', { intent: { strategy: 'canary' } });
  });
});

describe('another deployment in flight', () => {
  it('is waited for where that was asked', async () => {
    await given();
    await lab.update({ taskDefinition: await lab.register('other') });
    const end = await deploy('second', { intent: { ifInProgress: 'wait' } });
    expect(end.delivered?.outcome).toBe('succeeded');
    expect((await lab.deployments()).map(({ status }) => status)).toEqual(['SUCCESSFUL', 'SUCCESSFUL', 'SUCCESSFUL']);
  });

  it('is replaced where that was asked', async () => {
    await given();
    await lab.update({ taskDefinition: await lab.register('other') });
    const end = await deploy('second', { intent: { ifInProgress: 'supersede' } });
    expect(end.delivered?.outcome).toBe('succeeded');
    expect(await lab.liveImages()).toEqual(['second']);
  });
});

describe('wait-until', () => {
  it('leaves during a long bake, with the settings of the service put back', async () => {
    await given({ deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1380 } });
    const end = await deploy('second', { intent: { waitUntil: 'BAKE_TIME' } });
    expect(end.delivered).toEqual({ outcome: 'in-progress' });
    expect(Number(end.outputs['duration-seconds'])).toBeLessThan(600);
    const service = await lab.service();
    expect({ hooks: service.deploymentConfiguration?.lifecycleHooks, tags: service.tags }).toEqual({
      hooks: [],
      tags: [],
    });
    await lab.time.advance(1400 * 60);
    expect((await lab.deployments())[0]?.status).toBe('SUCCESSFUL');
  });
});

describe('reconcile', () => {
  const leave = async (): Promise<void> => {
    const service = await lab.service();
    const hook = {
      targetType: 'PAUSE',
      lifecycleStages: ['PRE_PRODUCTION_TRAFFIC_SHIFT'],
      timeoutConfiguration: { timeoutInMinutes: 4, action: 'ROLLBACK' },
    };
    const own = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 };
    const sent = { ...own, lifecycleHooks: [hook] };
    const tags = Object.entries(tagsFor({ by: 'example/shop run 9.1', own, sent }));
    await lab.update({ deploymentConfiguration: sent });
    await lab.call('ecs', 'TagResource', {
      resourceArn: service.serviceArn,
      tags: tags.map(([key, value]) => ({ key, value })),
    });
  };

  it('puts back what a killed run left', async () => {
    await given();
    await leave();
    const end = await runInLab(lab, { mode: 'reconcile' });
    expect(end.delivered?.outcome).toBe('succeeded');
    const service = await lab.service();
    expect({ hooks: service.deploymentConfiguration?.lifecycleHooks, tags: service.tags }).toEqual({
      hooks: [],
      tags: [],
    });
  });

  it('leaves settings that somebody changed since, and takes the marks off', async () => {
    await given();
    await leave();
    await lab.update({ deploymentConfiguration: { bakeTimeInMinutes: 77 } });
    await runInLab(lab, { mode: 'reconcile' });
    const service = await lab.service();
    expect(service.deploymentConfiguration?.bakeTimeInMinutes).toBe(77);
    expect(service.tags).toEqual([]);
  });

  it('does nothing where nothing is left', async () => {
    await given();
    expect((await runInLab(lab, { mode: 'reconcile' })).delivered?.outcome).toBe('unchanged');
  });
});
