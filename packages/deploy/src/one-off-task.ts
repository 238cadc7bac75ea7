import { createHash } from 'node:crypto';
import type { EcsPort, TaskDefinitionContainer, TaskRun, TaskState } from '@slipway/aws';
import { SlipwayError, messageOf } from '@slipway/core';
import { shortName } from '@slipway/delivery';
import type { Observed } from './observe.js';
import type { OneOffTask } from './one-off.js';
import { failed, neverRan, notStarted } from './one-off-errors.js';
import { TaskWatch, exitCodeOf, type Ended, type WatchSurroundings } from './one-off-watch.js';
import type { Run } from './run.js';

export type { OneOffTask } from './one-off.js';

/** What a one-off task may use of the run that it is part of. */
export interface TaskRunning extends WatchSurroundings {
  readonly aws: WatchSurroundings['aws'] & { readonly ecs: Pick<EcsPort, 'runTask' | 'describeTasks' | 'stopTask'> };
  readonly request: Pick<Run['request'], 'cluster' | 'extras' | 'by'>;
  /** Remembers the task for `post`. */
  saveState(name: string, value: string): void;
}

/** What is known of the service whose task it is. */
export type TaskPlace = {
  readonly wanted: Observed['wanted'];
  readonly service: Pick<Observed['service'], 'networkConfiguration' | 'launchType' | 'capacityProviderStrategy'>;
};

/** The state under which `post` finds a task that main left behind. */
const STATE = 'one-off-task';

/**
 * runOneOffTask runs a task with the new definition, shows its output as it comes, and judges it by the exit code of
 * the named container. It is stopped when the run is cancelled, when its time is over, and when it cannot be watched
 * any more.
 *
 * @throws SlipwayError INPUT_INVALID, DEPLOY_TASK_NOT_STARTED, DEPLOY_TASK_FAILED, DEPLOY_TASK_TIMED_OUT, AWS_*; the
 * signal's reason when it aborts
 */
export async function runOneOffTask(run: TaskRunning, task: OneOffTask, place: TaskPlace): Promise<void> {
  const container = containerOf(task, place);
  const { cluster } = run.request;
  await run.log.group(`One-off task of ${shortName(place.wanted.arn)}`, async () => {
    run.signal.throwIfAborted();
    const { arn } = await start(run, taskRunFor(run, task, { ...place, container }));
    run.saveState(STATE, arn);
    run.log.info(`Started ${arn}.`);
    const { timeoutMinutes } = task;
    const ended = await new TaskWatch(run, { arn, cluster, container, timeoutMinutes }).follow();
    run.saveState(STATE, '');
    judge(ended, container.name);
    run.log.info(`The container '${container.name}' exited with 0.`);
  });
}

/** stopForgottenTask stops the task that a killed main left behind; `post` calls it. It never throws. */
export async function stopForgottenTask(
  run: Pick<TaskRunning, 'aws' | 'log'> & {
    readonly request: Pick<Run['request'], 'cluster'>;
    getState(name: string): string;
  },
): Promise<void> {
  const arn = run.getState(STATE);
  if (arn === '') return;
  try {
    await run.aws.ecs.stopTask(run.request.cluster, arn, 'The run that started it has ended.');
    run.log.info(`The one-off task was stopped: ${arn}.`);
  } catch (error) {
    run.log.info(`The one-off task was not stopped (it may have ended): ${messageOf(error)}`);
  }
}

function containerOf({ container }: OneOffTask, { wanted }: TaskPlace): TaskDefinitionContainer {
  const essential = wanted.containers.filter((candidate) => candidate.essential);
  const found = container === undefined ? essential : wanted.containers.filter(({ name }) => name === container);
  if (found.length === 1 && found[0]) return found[0];
  const names = wanted.containers.map(({ name }) => name).join(', ');
  throw new SlipwayError({
    code: 'INPUT_INVALID',
    message:
      container === undefined
        ? `'before-traffic-task' names no container, and the task definition has ${essential.length} essential ones.`
        : `'before-traffic-task' names the container '${container}', which the task definition does not have.`,
    hint: `Set 'container' to one of: ${names}.`,
  });
}

function taskRunFor(
  { request, clock }: TaskRunning,
  { command, environment }: OneOffTask,
  { service, wanted, container }: TaskPlace & { readonly container: TaskDefinitionContainer },
): TaskRun {
  const capacity = request.extras.capacityProviderStrategy ?? service.capacityProviderStrategy;
  const { networkConfiguration, launchType } = service;
  const override = { ...(command ? { command } : {}), ...(environment ? { environment } : {}) };
  return {
    cluster: request.cluster,
    taskDefinition: wanted.arn,
    // One for each task that is asked for: a call that is repeated starts no second one.
    clientToken: createHash('sha256').update(`${request.by}\n${wanted.arn}\n${clock.now()}`).digest('hex'),
    startedBy: 'slipway',
    ...(networkConfiguration ? { networkConfiguration } : {}),
    ...(capacity ? { capacityProviderStrategy: capacity } : launchType ? { launchType } : {}),
    ...(command || environment ? { overrides: [{ container: container.name, ...override }] } : {}),
  };
}

/** After a doubtful answer the same call is made once more: its token makes it tell of the task that is there. */
async function start({ aws }: TaskRunning, taskRun: TaskRun): Promise<TaskState> {
  const answer = await aws.ecs.runTask(taskRun).catch((error: unknown) => {
    if (!(error instanceof SlipwayError) || !error.retryable) throw error;
    return aws.ecs.runTask(taskRun);
  });
  if (!answer.task) throw notStarted(answer);
  return answer.task;
}

/** The stop codes of a task that ended by itself; any other, a new one too, says that somebody ended it. */
const BY_ITSELF: readonly (string | undefined)[] = ['EssentialContainerExited', undefined];

function judge({ task, isStoppedByUs }: Ended, container: string): void {
  const exitCode = exitCodeOf(task, container);
  if (exitCode === undefined) throw neverRan(task, container);
  if (exitCode !== 0) throw failed(`the container '${container}' exited with ${exitCode}`, task);
  if (!isStoppedByUs && !BY_ITSELF.includes(task.stopCode)) {
    throw failed(`it did not end by itself (${task.stopCode ?? ''})`, task);
  }
}
