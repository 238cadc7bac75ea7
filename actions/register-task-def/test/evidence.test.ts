import { describe, expect, it } from '@jest/globals';
import type { DeploymentBrief, EcsPort, TaskState } from '@slipway/aws';
import type { Clock } from '@slipway/core';
import { gatherEvidence } from '../src/evidence.js';

const NOW = Date.parse('2030-01-01T12:00:00Z');
const REVISION = 'arn:aws:ecs:eu-central-1:111122223333:service-revision/staging/web/2';
const DEFINITION = 'arn:aws:ecs:eu-central-1:111122223333:task-definition/web:2';
const DIGEST = `sha256:${'a'.repeat(64)}`;

const ended = (status: string, minutesAgo: number, targetRevisionArn = REVISION): DeploymentBrief => ({
  ...{ arn: `arn:${status}`, status, targetRevisionArn },
  finishedAt: new Date(NOW - minutesAgo * 60_000),
});
const task = (more: Partial<TaskState> = {}): TaskState => ({
  ...{ arn: 'arn:task', taskDefinitionArn: DEFINITION, lastStatus: 'RUNNING', healthStatus: 'HEALTHY' },
  containers: [{ name: 'web', image: 'registry/web:moving', imageDigest: DIGEST }],
  ...more,
});

interface World {
  readonly deployments?: readonly DeploymentBrief[];
  readonly current?: readonly string[];
  readonly tasks?: readonly TaskState[];
}

function gather({ deployments = [ended('SUCCESSFUL', 30)], current = [REVISION], tasks = [task()] }: World) {
  const ecs = {
    serviceDeployments: async () => deployments,
    service: async () => ({ currentRevisionArns: current }),
    serviceRevisions: async (arns: readonly string[]) => arns.map((arn) => ({ arn, taskDefinitionArn: DEFINITION })),
    tasks: async () => tasks,
  } as unknown as EcsPort;
  const clock: Clock = { now: () => NOW, sleep: () => Promise.resolve() };
  return gatherEvidence(ecs, clock, { cluster: 'staging', service: 'web', bakedMinutes: 30 });
}

it('a source that proved itself misses nothing, and tells what proves it', async () => {
  expect(await gather({ tasks: [task(), task({ healthStatus: 'UNKNOWN' })] })).toEqual({
    ...{ missing: [], taskDefinition: 'web:2', deployment: 'arn:SUCCESSFUL', runningTasks: 2, digests: [DIGEST] },
    finishedAt: '2030-01-01T11:30:00.000Z',
  });
});

it('a later deployment that was taken back does not count against it', async () => {
  const deployments = [ended('ROLLBACK_SUCCESSFUL', 5, `${REVISION}-later`), ended('SUCCESSFUL', 60)];
  expect((await gather({ deployments })).missing).toEqual([]);
});

describe('what is missing', () => {
  const old = ended('SUCCESSFUL', 60);
  const moving: DeploymentBrief = { arn: 'arn:new', status: 'IN_PROGRESS' };
  it.each<{ what: string; world: World; codes: readonly string[] }>([
    { what: 'a deployment in flight', world: { deployments: [moving, old] }, codes: ['REGISTER_SOURCE_MOVING'] },
    {
      what: 'a status that nobody knows',
      world: { deployments: [{ ...moving, status: 'NEW_WORD' }, old] },
      codes: ['REGISTER_SOURCE_MOVING'],
    },
    {
      what: 'a revision that no deployment brought',
      world: { deployments: [ended('SUCCESSFUL', 60, `${REVISION}-other`)] },
      codes: ['REGISTER_SOURCE_NOT_DEPLOYED'],
    },
    {
      what: 'a deployment that failed',
      world: { deployments: [ended('STOPPED', 60)] },
      codes: ['REGISTER_SOURCE_NOT_DEPLOYED'],
    },
    { what: 'all deployments', world: { deployments: [] }, codes: ['REGISTER_SOURCE_NOT_DEPLOYED'] },
    { what: 'one current revision', world: { current: [REVISION, 'arn:2'] }, codes: ['REGISTER_SOURCE_NOT_DEPLOYED'] },
    {
      what: 'a minute of baking',
      world: { deployments: [ended('SUCCESSFUL', 29)] },
      codes: ['REGISTER_SOURCE_NOT_BAKED'],
    },
    {
      what: 'one revision in all tasks',
      world: { tasks: [task(), task({ taskDefinitionArn: `${DEFINITION}1` })] },
      codes: ['REGISTER_SOURCE_DISAGREES'],
    },
    {
      what: 'health',
      world: { tasks: [task({ healthStatus: 'UNHEALTHY' }), task()] },
      codes: ['REGISTER_SOURCE_UNHEALTHY'],
    },
    {
      what: 'several pieces',
      world: { deployments: [moving], tasks: [task({ healthStatus: 'UNHEALTHY' })] },
      codes: ['REGISTER_SOURCE_MOVING', 'REGISTER_SOURCE_NOT_DEPLOYED', 'REGISTER_SOURCE_UNHEALTHY'],
    },
  ])('$what', async ({ world, codes }) => {
    expect((await gather(world)).missing.map(({ code }) => code)).toEqual(codes);
  });
});
