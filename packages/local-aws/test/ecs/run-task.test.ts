import { afterEach, describe, expect, it } from '@jest/globals';
import type { Task } from '@aws-sdk/client-ecs';
import { createManualTime, startLocalAws, type LocalAws, type ManualTime, type Simulate } from '../../src/index.js';

const CONTEXT = { accountId: '123456789012', region: 'us-east-1', accessKeyId: 'AKIDTEST', requestId: 'request' };
const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-1'] } };

let localAws: LocalAws | undefined;

afterEach(async () => {
  await localAws?.close();
  localAws = undefined;
});

interface Stage {
  readonly time: ManualTime;
  call<Output>(operation: string, input: object): Promise<Output>;
  run(input?: object): Promise<{ tasks: Task[]; failures: object[] }>;
  describe(task: Task | undefined): Promise<Task>;
}

async function open(simulate: Simulate = () => ({})): Promise<Stage> {
  const time = createManualTime();
  localAws = await startLocalAws({ tasks: 'simulated', time, simulate });
  const ecs = localAws.services.find(({ id }) => id === 'ecs');
  const call = async <Output>(operation: string, input: object): Promise<Output> =>
    (await ecs?.operations[operation]?.(input as Record<string, unknown>, CONTEXT)) as Output;
  await call('CreateCluster', { clusterName: 'staging' });
  const containerDefinitions = [{ name: 'app', image: 'job:1', memory: 64 }];
  await call('RegisterTaskDefinition', { family: 'job', networkMode: 'awsvpc', containerDefinitions });
  return {
    time,
    call,
    run: (input = {}) =>
      call('RunTask', { cluster: 'staging', taskDefinition: 'job', networkConfiguration: NETWORK, ...input }),
    describe: async (task) => {
      const input = { cluster: 'staging', tasks: [task?.taskArn ?? ''] };
      return (await call<{ tasks: Task[] }>('DescribeTasks', input)).tasks[0] as Task;
    },
  };
}

describe('RunTask', () => {
  it('starts as many tasks as asked for, which belong to no service, and keeps what it was told', async () => {
    const on = await open();
    const { tasks, failures } = await on.run({
      count: 3,
      launchType: 'FARGATE',
      startedBy: 'deploy/42',
      group: 'migrations',
      tags: [{ key: 'run', value: '42' }],
    });
    expect(failures).toEqual([]);
    expect(tasks).toHaveLength(3);
    expect(tasks[0]).toMatchObject({ lastStatus: 'PENDING', desiredStatus: 'RUNNING', tags: [{ key: 'run' }] });
    await on.time.settle();
    expect(await on.describe(tasks[0])).toMatchObject({
      lastStatus: 'RUNNING',
      startedBy: 'deploy/42',
      group: 'migrations',
      launchType: 'FARGATE',
      healthStatus: 'UNKNOWN',
    });
    const listed = await on.call<{ taskArns: string[] }>('ListTasks', { cluster: 'staging', startedBy: 'deploy/42' });
    expect(listed.taskArns).toHaveLength(3);
  });

  it('ends with the exit code and reason of its container, and is not replaced', async () => {
    const on = await open(() => ({ exitAfterSeconds: 30, exitCode: 3, exitReason: 'OutOfMemoryError: …' }));
    const { tasks } = await on.run();
    await on.time.advance(31);
    expect(await on.describe(tasks[0])).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      group: 'family:job',
      containers: [{ exitCode: 3, reason: 'OutOfMemoryError: …', lastStatus: 'STOPPED' }],
    });
    await on.time.advance(600);
    expect(await on.call('ListTasks', { cluster: 'staging' })).toMatchObject({ taskArns: [] });
  });

  it('says why a task failed to start', async () => {
    const on = await open(() => ({ failsToStart: 'CannotPullContainerError: no such image' }));
    const { tasks } = await on.run();
    await on.time.settle();
    expect(await on.describe(tasks[0])).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'CannotPullContainerError: no such image',
    });
  });

  it('lists as failures the tasks that there is no place for', async () => {
    const reason = 'Capacity is unavailable at this time. Please try again later or in a different availability zone';
    const on = await open(() => ({ cannotBePlaced: reason }));
    expect(await on.run({ count: 2 })).toEqual({ tasks: [], failures: [{ reason }, { reason }] });
  });

  it.each([
    [5, 0],
    [120, 137],
  ])('is stopped by StopTask; one that takes %i s to end exits with %i', async (stopsAfterSeconds, exitCode) => {
    const on = await open(() => ({ stopsAfterSeconds }));
    const { tasks } = await on.run();
    await on.time.settle();
    await on.call('StopTask', { cluster: 'staging', task: tasks[0]?.taskArn, reason: 'enough' });
    await on.time.advance(4);
    expect(await on.describe(tasks[0])).toMatchObject({ lastStatus: 'STOPPING', desiredStatus: 'STOPPED' });
    await on.time.advance(30);
    expect(await on.describe(tasks[0])).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
      containers: [{ exitCode }],
    });
  });

  it('shows overrides, and answers a call with the same client token with the same tasks', async () => {
    const on = await open();
    const environment = [{ name: 'VERSION', value: '7' }];
    const overrides = { memory: '2 GB', containerOverrides: [{ name: 'app', command: ['migrate'], environment }] };
    const { tasks } = await on.run({ overrides, clientToken: 'once' });
    expect(tasks[0]).toMatchObject({ memory: '2 GB', overrides: { containerOverrides: overrides.containerOverrides } });
    const again = await on.run({ overrides, clientToken: 'once' });
    expect(again.tasks.map(({ taskArn }) => taskArn)).toEqual(tasks.map(({ taskArn }) => taskArn));
  });

  it('is followed by DescribeTasks with up to 100 tasks', async () => {
    const on = await open();
    const tasks = Array.from({ length: 101 }, (_, index) => String(index));
    await expect(on.call('DescribeTasks', { cluster: 'staging', tasks })).rejects.toMatchObject({
      code: 'InvalidParameterException',
    });
  });

  it.each([
    [{ count: 11 }, 'InvalidParameterException', 'from 1 to 10'],
    [{ count: 0 }, 'InvalidParameterException', 'from 1 to 10'],
    [{ group: 'service:web' }, 'InvalidParameterException', 'service:'],
    [{ launchType: 'EXTERNAL' }, 'InvalidParameterException', 'launchType'],
    [{ propagateTags: 'SERVICE' }, 'InvalidParameterException', 'propagateTags'],
    [{ startedBy: 'a b' }, 'InvalidParameterException', 'startedBy'],
    [{ cluster: 'none' }, 'ClusterNotFoundException', 'Cluster not found'],
    [{ taskDefinition: 'none' }, 'ClientException', 'TaskDefinition not found'],
    [{ networkConfiguration: undefined }, 'InvalidParameterException', 'Network Configuration'],
    [{ placementStrategy: [{ type: 'random' }] }, 'InvalidParameterException', 'placementStrategy'],
    [{ overrides: { containerOverrides: [{ name: 'db' }] } }, 'InvalidParameterException', 'container named db'],
    [
      { overrides: { containerOverrides: [{ name: 'app', environmentFiles: [{ value: 'a', type: 's3' }] }] } },
      'InvalidParameterException',
      'overrides.containerOverrides[0].environmentFiles',
    ],
  ])('refuses %j', async (input, code, message) => {
    const on = await open();
    await expect(on.run(input)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});
