import { randomUUID } from 'node:crypto';
import type { TaskDefinitionContainer, TaskState } from '@slipway/aws';
import { SlipwayError, messageOf, minutesMs, secondsMs } from '@slipway/core';
import { shortName } from '@slipway/delivery';
import { describeTask } from './evidence.js';
import { LogTail } from './log-tail.js';
import type { Observed } from './observe.js';
import type { Run } from './run.js';

/** A task that runs once with the new definition: a migration. */
export interface OneOffTask {
  readonly command?: readonly string[];
  /** Whose exit code decides; the only essential container when not said. */
  readonly container?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMinutes: number;
}

const POLL_SECONDS = 3;
/** From being told to stop until it has stopped: ECS's stop timeout is 120 s at most. */
const STOP_MINUTES = 3;

/**
 * runOneOffTask runs a task with the new definition, shows its output as it comes, and judges it by the exit code of
 * the named container. It is stopped when the run is cancelled or its time is over.
 *
 * @throws SlipwayError DEPLOY_TASK_NOT_STARTED, DEPLOY_TASK_FAILED, DEPLOY_TASK_TIMED_OUT
 */
export async function runOneOffTask(run: Run, task: OneOffTask, observed: Observed): Promise<void> {
  const container = containerOf(task, observed);
  await run.log.group(`One-off task of ${shortName(observed.wanted.arn)}`, async () => {
    const arn = await start(run, task, { container, observed });
    run.log.info(`Started ${arn}.`);
    const ended = await untilStopped(run, { arn, task, container });
    judge(ended, container.name);
    run.log.info(`The container '${container.name}' exited with 0.`);
  });
}

function containerOf({ container }: OneOffTask, { wanted }: Observed): TaskDefinitionContainer {
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

interface Starting {
  readonly container: TaskDefinitionContainer;
  readonly observed: Observed;
}

async function start(run: Run, task: OneOffTask, { container, observed }: Starting): Promise<string> {
  const { service, wanted } = observed;
  const { command, environment } = task;
  const answer = await run.aws.ecs.runTask({
    cluster: run.request.cluster,
    taskDefinition: wanted.arn,
    clientToken: randomUUID(),
    startedBy: 'slipway',
    ...(service.networkConfiguration ? { networkConfiguration: service.networkConfiguration } : {}),
    ...(run.request.extras.capacityProviderStrategy
      ? { capacityProviderStrategy: run.request.extras.capacityProviderStrategy }
      : { launchType: service.launchType ?? 'FARGATE' }),
    ...(command || environment
      ? {
          overrides: [
            { container: container.name, ...(command ? { command } : {}), ...(environment ? { environment } : {}) },
          ],
        }
      : {}),
  });
  if (answer.task) return answer.task.arn;
  throw new SlipwayError({
    code: 'DEPLOY_TASK_NOT_STARTED',
    message: `ECS did not start the one-off task: ${answer.failures.map(({ reason, detail }) => `${reason}${detail ? ` (${detail})` : ''}`).join(', ') || 'it gave no reason'}.`,
    hint: 'Nothing was deployed. The reason is ECS’s own; capacity and network settings are the usual ones.',
    kind: 'world',
  });
}

interface Watched {
  readonly arn: string;
  readonly task: OneOffTask;
  readonly container: TaskDefinitionContainer;
}

async function untilStopped(run: Run, { arn, task, container }: Watched): Promise<TaskState> {
  const { clock, signal, aws, request } = run;
  const deadline = clock.now() + minutesMs(clock, task.timeoutMinutes);
  const tail = new LogTail(run, { arn, container });
  for (;;) {
    const [seen] = await aws.ecs.describeTasks(request.cluster, [arn]);
    await tail.show();
    if (seen?.lastStatus === 'STOPPED') return seen;
    if (signal.aborted) return stop(run, arn, 'The run was cancelled.');
    if (clock.now() >= deadline) {
      await stop(run, arn, `The task took longer than ${task.timeoutMinutes} minutes.`);
      throw timedOut(arn, task);
    }
    await clock.sleep(secondsMs(clock, POLL_SECONDS), signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

/** A task that nobody waits for is not left running. @throws the signal's reason when the run was cancelled */
async function stop(run: Run, arn: string, reason: string): Promise<never | TaskState> {
  const { aws, clock, request, log, signal } = run;
  log.info(`${reason} Stopping the task.`);
  await aws.ecs.stopTask(request.cluster, arn, reason).catch((error: unknown) => log.info(messageOf(error)));
  const deadline = clock.now() + minutesMs(clock, STOP_MINUTES);
  for (;;) {
    const [seen] = await aws.ecs.describeTasks(request.cluster, [arn]);
    if (seen?.lastStatus === 'STOPPED' || clock.now() >= deadline) {
      signal.throwIfAborted();
      return seen as TaskState;
    }
    await clock.sleep(secondsMs(clock, POLL_SECONDS));
  }
}

function timedOut(arn: string, { timeoutMinutes }: OneOffTask): SlipwayError {
  return new SlipwayError({
    code: 'DEPLOY_TASK_TIMED_OUT',
    message: `The one-off task did not end within ${timeoutMinutes} minutes and was stopped: ${arn}.`,
    hint: "Nothing was deployed. Raise its 'timeout-minutes', or find out what it waits for; its output is in the log.",
    kind: 'world',
  });
}

function judge(ended: TaskState, container: string): void {
  const exitCode = ended.containers.find(({ name }) => name === container)?.exitCode;
  if (exitCode === 0) return;
  throw new SlipwayError({
    code: 'DEPLOY_TASK_FAILED',
    message: `The one-off task failed: the container '${container}' ${exitCode === undefined ? 'never ran' : `exited with ${exitCode}`}. ${describeTask(ended)}.`,
    hint: 'Nothing was deployed. Its output is in the log, above.',
    kind: 'world',
  });
}
