import { afterEach, describe, expect, it } from '@jest/globals';
import type { Task } from '@aws-sdk/client-ecs';
import { createManualTime, startLocalAws, type LocalAws } from '../../src/index.js';
import { lastPart, metadataIdOf } from '../../src/services/ecs/arns.js';
import { statsOf } from '../../src/tasks/docker-stats.js';

let localAws: LocalAws | undefined;

afterEach(async () => {
  await localAws?.close();
  localAws = undefined;
});

const CONTEXT = { accountId: '123456789012', region: 'us-east-1', accessKeyId: 'AKIDTEST', requestId: 'request' };

describe('the task metadata endpoint', () => {
  it('tells of containers and tasks in the shape of version 4, and of nothing else', async () => {
    const time = createManualTime();
    localAws = await startLocalAws({ tasks: 'simulated', time });
    const ecs = localAws.services.find(({ id }) => id === 'ecs');
    const call = (operation: string, input: object) =>
      ecs?.operations[operation]?.(input as Record<string, unknown>, CONTEXT);
    await call('CreateCluster', { clusterName: 'staging' });
    await call('RegisterTaskDefinition', {
      family: 'job',
      networkMode: 'awsvpc',
      cpu: '512',
      memory: '1 GB',
      containerDefinitions: [{ name: 'app', image: 'job:1', cpu: 10, memory: 64 }],
    });
    const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
    const run = { cluster: 'staging', taskDefinition: 'job', networkConfiguration, launchType: 'FARGATE' };
    const { tasks } = (await call('RunTask', { ...run, tags: [{ key: 'a', value: 'b' }] })) as { tasks: Task[] };
    await time.settle();
    const taskArn = tasks[0]?.taskArn ?? '';
    const uri = `${localAws.endpoint}/v4/${metadataIdOf(lastPart(taskArn), 'app')}`;

    const container = (await (await fetch(uri)).json()) as Record<string, unknown>;
    expect(container).toMatchObject({
      DockerId: expect.stringMatching(/^[0-9a-f]{64}$/),
      Name: 'app',
      Image: 'job:1',
      Labels: { 'com.amazonaws.ecs.task-arn': taskArn, 'com.amazonaws.ecs.task-definition-version': '1' },
      DesiredStatus: 'RUNNING',
      KnownStatus: 'RUNNING',
      Limits: { CPU: 10, Memory: 64 },
      Type: 'NORMAL',
      Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: [expect.stringMatching(/^127\./)] }],
    });
    expect(await (await fetch(`${uri}/task`)).json()).toMatchObject({
      Cluster: expect.stringContaining('cluster/staging'),
      TaskARN: taskArn,
      Family: 'job',
      Revision: '1',
      Limits: { CPU: 0.5, Memory: 1024 },
      LaunchType: 'FARGATE',
      Containers: [container],
    });
    expect(await (await fetch(`${uri}/taskWithTags`)).json()).toMatchObject({ TaskTags: { a: 'b' } });
    expect(await (await fetch(`${uri}/stats`)).json()).toEqual({});
    expect((await fetch(`${uri}/nothing`)).status).toBe(404);
    expect((await fetch(`${localAws.endpoint}/v4/unknown-1`)).status).toBe(404);
  });
});

describe('statsOf', () => {
  it('reads the figures that docker prints', () => {
    const printed = { Name: 'web', MemUsage: '1.5MiB / 64MiB', NetIO: '1.2kB / 0B', PIDs: '7' };
    expect(statsOf('abc', printed, new Date(0))).toEqual({
      read: '1970-01-01T00:00:00.000Z',
      id: 'abc',
      name: '/web',
      memory_stats: { usage: 1_572_864, limit: 67_108_864 },
      pids_stats: { current: 7 },
      networks: { eth0: { rx_bytes: 1200, tx_bytes: 0 } },
    });
  });

  it('takes what is not there for nothing', () => {
    expect(statsOf('abc', { MemUsage: '-- / --', PIDs: '--' }, new Date(0))).toMatchObject({
      memory_stats: { usage: 0, limit: 0 },
      pids_stats: { current: 0 },
    });
  });
});
