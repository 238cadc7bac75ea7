import { afterEach, describe, expect, it } from '@jest/globals';
import { openLab, runInLab, type Lab } from '@slipway/rehearsal';
import type { AwsPorts } from '../../src/index.js';
import { violations } from './invariants.js';
import { PLAYS, gateThat } from './plays.js';

/** Deployers with one mistake each, made at the port: what the sweeps look for has to find them. */
let lab: Lab;
afterEach(() => lab.close());

const [GOOD] = PLAYS;
const ecsWith = (aws: AwsPorts, ecs: Partial<AwsPorts['ecs']>): AwsPorts => ({ ...aws, ecs: { ...aws.ecs, ...ecs } });

describe('a deployer that', () => {
  it('drops the undo is caught: the bad revision stays', async () => {
    lab = await openLab({ deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 } });
    const taskDefinition = await lab.register('second');
    const gateMinutes = { 'before-traffic': 1, step: 1, 'after-traffic': 1 };
    const request = { gates: [gateThat('fail', 'after-traffic')], intent: { gateMinutes } };
    const aws = ecsWith(lab.aws, { stopWithRollback: () => Promise.resolve() });
    const end = await runInLab(lab, { taskDefinition, request, interference: { aws } });
    // Only the pause that nobody answers brings it back, and its reason is not the gate's.
    expect(Number(end.outputs['duration-seconds'])).toBeGreaterThan(4 * 60);
    expect(lab.localAws.calls().some(({ operation }) => operation === 'StopServiceDeployment')).toBe(false);
  });

  it('gives traffic without reading health is caught', async () => {
    lab = await openLab();
    const taskDefinition = await lab.register('second');
    const aws = {
      ...lab.aws,
      elb: { ...lab.aws.elb, targetHealth: () => Promise.resolve([{ target: 'x', state: 'healthy' }]) },
    };
    const end = await runInLab(lab, { taskDefinition, interference: { aws } });
    if (!GOOD) throw new Error('no play');
    expect(await violations(lab, GOOD, end)).toContainEqual(expect.stringMatching(/^G1: /));
  });

  it('trusts any deployment is caught: somebody else’s success is not ours', async () => {
    lab = await openLab();
    const taskDefinition = await lab.register('second');
    const other = await lab.register('other');
    const wanted = (await lab.aws.ecs.taskDefinition(taskDefinition))?.arn ?? '';
    const aws = ecsWith(lab.aws, {
      // The update is somebody else's, and every revision is taken for the wanted one.
      updateService: async (update) => lab.aws.ecs.updateService({ ...update, taskDefinition: other }),
      serviceRevisions: async (arns) =>
        (await lab.aws.ecs.serviceRevisions(arns)).map((revision) => ({ ...revision, taskDefinitionArn: wanted })),
    });
    const end = await runInLab(lab, { taskDefinition, interference: { aws } });
    // The proof of what runs stands behind: it is not green.
    expect(end.delivered).toMatchObject({ outcome: 'failed', failure: { code: 'DEPLOY_OLD_TASKS_RUN' } });
  });

  it('does not know a status stops and says so', async () => {
    lab = await openLab();
    const taskDefinition = await lab.register('second');
    const aws = ecsWith(lab.aws, {
      serviceDeployment: async (arn) => {
        const seen = await lab.aws.ecs.serviceDeployment(arn);
        return seen && { ...seen, status: 'FAILED' };
      },
    });
    const end = await runInLab(lab, { taskDefinition, interference: { aws } });
    expect(end.delivered).toMatchObject({ outcome: 'unknown', failure: { code: 'DEPLOY_UNKNOWN' } });
  });
});
