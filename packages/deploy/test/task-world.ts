import type { LogPageQuery, TaskDefinitionContainer, TaskRun, TaskRunAnswer, TaskState } from '@slipway/aws';
import type { SlipwayError } from '@slipway/core';
import { runOneOffTask, type OneOffTask, type TaskPlace } from '../src/one-off-task.js';
import { MemoryLog } from './gates/world.js';
import { VirtualClock } from './virtual-clock.js';

export const ARN = 'arn:aws:ecs:eu-west-1:111122223333:task/shop/0123';
export const APP: TaskDefinitionContainer = {
  ...{ name: 'app', image: 'shop:2', essential: true },
  logs: { group: '/shop', streamPrefix: 'web' },
};
export const SIDECAR: TaskDefinitionContainer = { name: 'agent', image: 'agent:1', essential: false };
export const NETWORK = { subnets: ['subnet-1'], securityGroups: ['sg-1'], assignPublicIp: 'DISABLED' };

/** TaskWorld is an ECS that runs one task, minute by minute. */
export class TaskWorld {
  readonly clock = new VirtualClock();
  readonly log = new MemoryLog();
  readonly controller = new AbortController();
  readonly calls: string[] = [];
  readonly runs: TaskRun[] = [];
  readonly saved: string[] = [];
  answer: TaskRunAnswer | undefined;
  /** Thrown by the next calls of an operation. */
  failures: Record<string, SlipwayError[]> = {};
  /** How the task ends by itself, and after how many seconds; never, when absent. */
  end: { readonly afterSeconds: number; readonly exitCode?: number; readonly stopCode?: string } | undefined;
  /** How long it takes to stop when told. */
  stopSeconds = 5;
  /** The containers that run on after the named one has ended. */
  othersRunOn = false;
  isShown = true;
  lines: { readonly afterSeconds: number; readonly message: string }[] = [];
  containers: TaskDefinitionContainer[] = [APP, SIDECAR];
  #startedAt: number | undefined;
  #toldAt: number | undefined;

  readonly place = (): TaskPlace => ({
    wanted: {
      ...{ arn: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/shop:7', family: 'shop', revision: 7 },
      ...{ status: 'ACTIVE', containers: this.containers },
    },
    service: { networkConfiguration: NETWORK, launchType: 'FARGATE' },
  });

  run(task: Partial<OneOffTask> = {}, place = this.place()): Promise<void> {
    const running = {
      ...{ clock: this.clock, log: this.log, signal: this.controller.signal },
      request: { cluster: 'shop', extras: {}, by: 'example/shop run 7.1' },
      saveState: (name: string, value: string) => void this.saved.push(`${name}=${value}`),
      aws: {
        ecs: { runTask: this.#runTask, describeTasks: this.#describeTasks, stopTask: this.#stopTask },
        logs: { page: this.#page },
      },
    };
    return this.clock.until(runOneOffTask(running, { timeoutMinutes: 10, ...task }, place));
  }

  seconds(): number {
    return (this.clock.now() - (this.#startedAt ?? this.clock.now())) / 1_000;
  }

  #call(name: string): void {
    this.calls.push(name);
    const failure = this.failures[name]?.shift();
    if (failure) throw failure;
  }

  readonly #runTask = async (run: TaskRun): Promise<TaskRunAnswer> => {
    this.runs.push(run);
    this.#startedAt ??= this.clock.now();
    this.#call('runTask');
    return this.answer ?? { task: this.#task(), failures: [] };
  };

  readonly #describeTasks = async (): Promise<readonly TaskState[]> => {
    this.#call('describeTasks');
    return this.isShown ? [this.#task()] : [];
  };

  readonly #stopTask = async (_cluster: string, task: string, reason: string): Promise<void> => {
    this.#call('stopTask');
    this.calls.push(`${task.split('/').pop()}: ${reason}`);
    this.#toldAt ??= this.clock.now();
  };

  readonly #page = async ({ group, stream, token }: LogPageQuery) => {
    this.#call('page');
    if (group !== '/shop' || stream !== 'web/app/0123') throw new Error(`There is no stream ${group} ${stream}.`);
    const written = this.lines.filter(({ afterSeconds }) => afterSeconds <= this.seconds());
    if (written.length === 0) return undefined;
    const lines = written.slice(Number(token ?? 0)).map(({ message }) => ({ at: new Date(), message }));
    return { lines, token: String(written.length) };
  };

  #task(): TaskState {
    const hasEnded = this.end !== undefined && this.seconds() >= this.end.afterSeconds;
    const isStopped = this.#toldAt !== undefined && this.clock.now() >= this.#toldAt + this.stopSeconds * 1_000;
    const base = { arn: ARN, taskDefinitionArn: 'shop:7', containers: [{ name: 'app', image: 'shop:2' }] };
    if (hasEnded && this.end) {
      const { exitCode, stopCode = 'EssentialContainerExited' } = this.end;
      const containers = [{ name: 'app', image: 'shop:2', ...(exitCode === undefined ? {} : { exitCode }) }];
      if (this.othersRunOn && !isStopped) return { ...base, lastStatus: 'RUNNING', containers };
      const code = this.othersRunOn ? 'UserInitiated' : stopCode;
      return { ...base, lastStatus: 'STOPPED', stopCode: code, stoppedReason: 'It ended', containers };
    }
    if (!isStopped) return { ...base, lastStatus: 'RUNNING' };
    return {
      ...base,
      lastStatus: 'STOPPED',
      stopCode: 'UserInitiated',
      containers: [{ ...base.containers[0], exitCode: 137 } as never],
    };
  }
}
