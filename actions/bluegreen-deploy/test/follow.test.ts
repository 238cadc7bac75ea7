import { describe, expect, it } from '@jest/globals';
import type { EcsPort, ServiceDeploymentState } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import { follow } from '../src/follow.js';
import { startDeployment } from '../src/start.js';
import type { Observation } from '../src/observe.js';
import type { Context, Ports } from '../src/ports.js';

const ARN = 'arn:aws:ecs:eu-central-1:123456789012:service-deployment/staging/web/1';
const MINUTE = 60_000;

/** A context on a clock that moves only when somebody waits. */
function sceneOf(ecs: Partial<EcsPort>) {
  let now = 0;
  const lines: string[] = [];
  const state: Record<string, string> = {};
  const context = {
    inputs: { cluster: 'staging', service: 'web', 'timeout-minutes': 10, 'poll-interval-seconds': 5 },
    clock: {
      now: () => now,
      sleep: async (ms: number) => {
        now += ms;
      },
    },
    signal: new AbortController().signal,
    log: { info: (line: string) => lines.push(line) },
    saveState: (name: string, value: string) => {
      state[name] = value;
    },
  };
  return {
    context: context as unknown as Context,
    ports: { ecs } as unknown as Ports,
    lines,
    state,
    now: () => now,
  };
}

const deployment = (status: string): ServiceDeploymentState => ({ arn: ARN, status, triggeredAlarms: [] });

describe('follow', () => {
  it('takes a deployment back that does not end in time, with one call, and confirms it', async () => {
    let stoppedAt: number | undefined;
    const scene = sceneOf({
      serviceDeployment: async () => {
        if (stoppedAt === undefined) return deployment('IN_PROGRESS');
        return deployment(scene.now() < stoppedAt + MINUTE ? 'ROLLBACK_IN_PROGRESS' : 'ROLLBACK_SUCCESSFUL');
      },
      stopWithRollback: async () => {
        expect(stoppedAt).toBeUndefined();
        stoppedAt = scene.now();
      },
    });
    const ending = await follow(scene.context, scene.ports, ARN);
    expect(ending.outcome).toBe('timed-out');
    expect(stoppedAt).toBe(10 * MINUTE);
    expect(ending.timeline.map(({ event }) => event)).toEqual([
      'IN_PROGRESS',
      'ROLLBACK_IN_PROGRESS',
      'ROLLBACK_SUCCESSFUL',
    ]);
  });

  it('says unknown when the rollback never ends, and ends itself', async () => {
    const scene = sceneOf({
      serviceDeployment: async () => deployment('ROLLBACK_IN_PROGRESS'),
      stopWithRollback: async () => undefined,
    });
    expect((await follow(scene.context, scene.ports, ARN)).outcome).toBe('unknown');
  });

  it('goes on looking when the deployment ended in the very moment of the undo', async () => {
    let asked = false;
    const scene = sceneOf({
      serviceDeployment: async () => deployment(asked ? 'SUCCESSFUL' : 'IN_PROGRESS'),
      stopWithRollback: async () => {
        asked = true;
        throw new SlipwayError({
          code: 'AWS_REQUEST_FAILED',
          message: 'conflict',
          hint: 'none',
          cause: Object.assign(new Error('ended'), { name: 'ConflictException' }),
        });
      },
    });
    expect((await follow(scene.context, scene.ports, ARN)).outcome).toBe('succeeded');
  });

  it('never goes on with a status that it does not know', async () => {
    const scene = sceneOf({ serviceDeployment: async () => deployment('FAILED') });
    expect((await follow(scene.context, scene.ports, ARN)).outcome).toBe('unknown');
  });
});

describe('startDeployment', () => {
  const observation = {
    deployments: [{ arn: 'arn:old', status: 'SUCCESSFUL' }],
    wanted: { arn: 'arn:web:2' },
  } as unknown as Observation;
  const lost = new SlipwayError({ code: 'AWS_UNREACHABLE', message: 'no answer', hint: 'none', retryable: true });
  const brief = (arn: string) => ({ arn, status: 'IN_PROGRESS', targetRevisionArn: `${arn}/revision` });

  it('finds ours among others, by what its target revision runs', async () => {
    const scene = sceneOf({
      updateService: async () => ({}) as never,
      serviceDeployments: async () => [brief('arn:other'), brief('arn:ours'), brief('arn:old')],
      revisionTaskDefinition: async (revision) => (revision === 'arn:other/revision' ? 'arn:web:9' : 'arn:web:2'),
    });
    expect(await startDeployment(scene.context, scene.ports, observation)).toBe('arn:ours');
    expect(JSON.parse(scene.state['started'] ?? '')).toEqual({ known: ['arn:old'], taskDefinition: 'arn:web:2' });
  });

  it('looks before it retries: a lost answer does not start a second deployment', async () => {
    let calls = 0;
    const scene = sceneOf({
      updateService: async () => {
        calls += 1;
        throw lost;
      },
      serviceDeployments: async () => (calls > 0 ? [brief('arn:ours')] : []),
      revisionTaskDefinition: async () => 'arn:web:2',
    });
    expect(await startDeployment(scene.context, scene.ports, observation)).toBe('arn:ours');
    expect(calls).toBe(1);
  });

  it('tries again when the first call had no effect', async () => {
    let calls = 0;
    const scene = sceneOf({
      updateService: async () => {
        calls += 1;
        if (calls === 1) throw lost;
        return {} as never;
      },
      serviceDeployments: async () => (calls > 1 ? [brief('arn:ours')] : []),
      revisionTaskDefinition: async () => 'arn:web:2',
    });
    expect(await startDeployment(scene.context, scene.ports, observation)).toBe('arn:ours');
    expect(calls).toBe(2);
  });

  it('does not retry what AWS refused', async () => {
    const denied = new SlipwayError({ code: 'AWS_ACCESS_DENIED', message: 'denied', hint: 'none' });
    const scene = sceneOf({
      updateService: async () => {
        throw denied;
      },
    });
    await expect(startDeployment(scene.context, scene.ports, observation)).rejects.toBe(denied);
  });

  it('says so when ECS shows no deployment of ours', async () => {
    const scene = sceneOf({ updateService: async () => ({}) as never, serviceDeployments: async () => [] });
    const started = startDeployment(scene.context, scene.ports, observation);
    await expect(started).rejects.toMatchObject({ code: 'DEPLOY_NOT_FOUND' });
  });
});
