import { beforeEach, describe, expect, it } from '@jest/globals';
import { SlipwayError } from '@slipway/core';
import { stopForgottenTask } from '../src/one-off-task.js';
import { denied, throttled } from './gates/world.js';
import { APP, ARN, NETWORK, SIDECAR, TaskWorld } from './task-world.js';

let world: TaskWorld;
beforeEach(() => {
  world = new TaskWorld();
});
const codeOf = (run: Promise<void>): Promise<SlipwayError> =>
  run.then(
    () => Promise.reject(new Error('It succeeded.')),
    (error: unknown) => error as SlipwayError,
  );

describe('a one-off task that ends well', () => {
  it('runs with the network of the service, once, and shows its output as it comes', async () => {
    world.end = { afterSeconds: 10, exitCode: 0 };
    world.lines = [
      { afterSeconds: 2, message: '::error::one' },
      { afterSeconds: 8, message: 'two' },
      { afterSeconds: 13, message: 'late' },
    ];
    await world.run({ command: ['migrate'], environment: { MODE: 'secret-value' } });
    expect(world.runs).toEqual([
      {
        ...{ cluster: 'shop', taskDefinition: world.place().wanted.arn, startedBy: 'slipway', launchType: 'FARGATE' },
        ...{ networkConfiguration: NETWORK, clientToken: expect.stringMatching(/^[0-9a-f]{64}$/) },
        overrides: [{ container: 'app', command: ['migrate'], environment: { MODE: 'secret-value' } }],
      },
    ]);
    expect(world.log.lines).toEqual([
      '[One-off task of shop:7',
      `Started ${ARN}.`,
      '| ::error::one',
      '| two',
      '| late',
      "The container 'app' exited with 0.",
      ']',
    ]);
    expect(world.saved).toEqual([`one-off-task=${ARN}`, 'one-off-task=']);
    expect(world.calls).not.toContain('stopTask');
  });

  it('asks for nothing that was not asked for', async () => {
    world.end = { afterSeconds: 1, exitCode: 0 };
    await world.run({}, { ...world.place(), service: {} });
    expect(Object.keys(world.runs[0] ?? {}).sort()).toEqual(['clientToken', 'cluster', 'startedBy', 'taskDefinition']);
  });

  it('runs where the service runs by its capacity providers', async () => {
    world.end = { afterSeconds: 1, exitCode: 0 };
    const capacityProviderStrategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
    await world.run({}, { ...world.place(), service: { capacityProviderStrategy } });
    expect(world.runs[0]).toMatchObject({ capacityProviderStrategy });
    expect(world.runs[0]).not.toHaveProperty('launchType');
  });

  it('repeats a doubtful call once, with the same token', async () => {
    world.end = { afterSeconds: 1, exitCode: 0 };
    world.failures = { runTask: [throttled()] };
    await world.run();
    expect(world.runs).toHaveLength(2);
    expect(world.runs[0]).toEqual(world.runs[1]);
  });

  it('outlasts looks that fail, and output that cannot be read', async () => {
    world.end = { afterSeconds: 10, exitCode: 0 };
    world.failures = { describeTasks: [throttled()], page: [denied(), denied()] };
    await world.run();
    expect(world.log.lines.filter((line) => line.startsWith('The output could not'))).toHaveLength(1);
  });

  it('stops the containers that would run on, and is judged by the named one alone', async () => {
    world.containers = [
      { ...APP, essential: false },
      { ...SIDECAR, essential: true },
    ];
    world.end = { afterSeconds: 4, exitCode: 0 };
    world.othersRunOn = true;
    await world.run({ container: 'app' });
    expect(world.calls).toContain("0123: Its container 'app' has ended.");
  });
});

describe('a one-off task that does not end well', () => {
  it.each([
    [{ exitCode: 3 }, 'DEPLOY_TASK_FAILED', "the container 'app' exited with 3"],
    [{ exitCode: 0, stopCode: 'UserInitiated' }, 'DEPLOY_TASK_FAILED', 'it did not end by itself (UserInitiated)'],
    [{ exitCode: 0, stopCode: 'SpotInterruption' }, 'DEPLOY_TASK_FAILED', 'SpotInterruption'],
    [{ stopCode: 'TaskFailedToStart' }, 'DEPLOY_TASK_NOT_STARTED', 'TaskFailedToStart It ended'],
  ])('%o is %s', async (end, code, message) => {
    world.end = { afterSeconds: 5, ...end };
    const error = await codeOf(world.run());
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(error.hint).toContain('Nothing was deployed.');
    expect(world.calls).not.toContain('stopTask');
  });

  it('tells why ECS did not take it', async () => {
    world.answer = { failures: [{ reason: 'RESOURCE:CPU', detail: 'none left' }, { reason: 'AGENT' }] };
    expect(await codeOf(world.run())).toMatchObject({
      code: 'DEPLOY_TASK_NOT_STARTED',
      message: expect.stringContaining('RESOURCE:CPU (none left), AGENT'),
    });
    expect(world.saved).toEqual([]);
  });

  it('passes on what AWS refuses', async () => {
    world.failures = { runTask: [denied()] };
    expect(await codeOf(world.run())).toMatchObject({ code: 'AWS_ACCESS_DENIED' });
    expect(world.runs).toHaveLength(1);
  });

  it.each([
    ['unknown', { container: 'web' }, "names the container 'web'"],
    ['not one', {}, 'has 2 essential ones'],
  ])('asks for a container that is %s', async (_, task, message) => {
    world.containers = [APP, { ...SIDECAR, essential: true }];
    expect(await codeOf(world.run(task))).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining(message),
      hint: "Set 'container' to one of: app, agent.",
    });
    expect(world.calls).toEqual([]);
  });

  it('is stopped when its time is over, and seen to stop', async () => {
    const error = await codeOf(world.run({ timeoutMinutes: 2 }));
    expect(error).toMatchObject({ code: 'DEPLOY_TASK_TIMED_OUT', message: expect.stringContaining('and was stopped') });
    expect(world.calls).toContain('0123: The task took longer than 2 minutes.');
  });

  it('that does not stop is said not to have stopped', async () => {
    world.stopSeconds = Infinity;
    const error = await codeOf(world.run({ timeoutMinutes: 2 }));
    expect(error.message).toContain('was told to stop, but was not seen to');
    expect(world.calls.filter((name) => name === 'stopTask')).toHaveLength(1);
  });

  it('that ECS does not show any more is told, and stopped for safety', async () => {
    world.isShown = false;
    expect(await codeOf(world.run())).toMatchObject({
      code: 'DEPLOY_TASK_FAILED',
      message: expect.stringContaining('not known'),
    });
    expect(world.calls).toContain('0123: It cannot be watched any more.');
  });

  it('that may not be looked at is stopped', async () => {
    world.failures = { describeTasks: [denied()] };
    expect(await codeOf(world.run())).toMatchObject({ code: 'AWS_ACCESS_DENIED' });
    expect(world.calls).toContain('stopTask');
  });
});

describe('a cancelled run', () => {
  const reason = new SlipwayError({ code: 'RUN_CANCELLED', message: 'Cancelled.', hint: 'None.' });

  it('stops the task by its first call, and ends within the time that the runner gives', async () => {
    world.lines = [{ afterSeconds: 0, message: 'working' }];
    let callsBefore = 0;
    void world.clock.sleep(20_000).then(() => {
      callsBefore = world.calls.length;
      world.controller.abort(reason);
    });
    expect(await codeOf(world.run())).toBe(reason);
    expect(world.calls.slice(callsBefore, callsBefore + 2)).toEqual(['stopTask', '0123: The run was cancelled.']);
    expect(world.seconds()).toBeLessThanOrEqual(26);
  });

  it('does not wait for a task that is slow to stop', async () => {
    world.stopSeconds = 120;
    void world.clock.sleep(20_000).then(() => world.controller.abort(reason));
    expect(await codeOf(world.run())).toBe(reason);
    expect(world.seconds()).toBeLessThanOrEqual(27);
    expect(world.log.lines).toContain('The task is RUNNING.');
    expect(world.saved).toEqual([`one-off-task=${ARN}`]);
  });

  it('starts nothing when it was cancelled before', async () => {
    world.controller.abort(reason);
    expect(await codeOf(world.run())).toBe(reason);
    expect(world.calls).toEqual([]);
  });

  it('is not kept from ending by a stop that is refused', async () => {
    world.failures = { stopTask: [denied()] };
    void world.clock.sleep(20_000).then(() => world.controller.abort(reason));
    expect(await codeOf(world.run())).toBe(reason);
    expect(world.log.lines).toContain('It was not stopped: Not allowed.');
  });

  it('that waited for a task to stop already waits no longer than a cancelled run may', async () => {
    world.stopSeconds = Infinity;
    void world.clock.sleep(130_000).then(() => world.controller.abort(reason));
    expect(await codeOf(world.run({ timeoutMinutes: 2 }))).toBe(reason);
    expect(world.seconds()).toBeLessThanOrEqual(137);
  });
});

describe('a task that a killed run left behind', () => {
  const post = (arn: string, stopTask: () => Promise<void>) => {
    const { log } = world;
    const aws = { ecs: { stopTask }, logs: {} } as never;
    return stopForgottenTask({ aws, log, request: { cluster: 'shop' }, getState: () => arn });
  };

  it('is stopped by post', async () => {
    await post(ARN, () => Promise.resolve());
    expect(world.log.lines).toEqual([`The one-off task was stopped: ${ARN}.`]);
  });

  it('that has ended is no error', async () => {
    await post(ARN, () => Promise.reject(denied()));
    expect(world.log.lines[0]).toContain('was not stopped');
  });

  it('is nothing where there is none', async () => {
    await post('', () => Promise.reject(denied()));
    expect(world.log.lines).toEqual([]);
  });
});
