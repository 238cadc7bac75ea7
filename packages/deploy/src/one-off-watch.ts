import type { EcsPort, TaskDefinitionContainer, TaskState } from '@slipway/aws';
import { SlipwayError, messageOf, minutesMs, secondsMs, type Clock } from '@slipway/core';
import type { Log } from '@slipway/runtime';
import { LogTail, type TailSurroundings } from './log-tail.js';
import { lostSight, timedOut } from './one-off-errors.js';

/** What watching a task needs. */
export interface WatchSurroundings extends TailSurroundings {
  readonly aws: TailSurroundings['aws'] & { readonly ecs: Pick<EcsPort, 'describeTasks' | 'stopTask'> };
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** The task that is watched. */
export interface Watched {
  readonly arn: string;
  readonly cluster: string;
  readonly container: TaskDefinitionContainer;
  readonly timeoutMinutes: number;
}

/** A task that has ended, and whether we told it to because its container had done its work. */
export interface Ended {
  readonly task: TaskState;
  readonly isStoppedByUs: boolean;
}

const POLL_SECONDS = 3;
/** From being told to stop until it has stopped: ECS's stop timeout is 120 s at most. */
const STOP_MINUTES = 3;
/** The runner kills a cancelled step 10 s after its first signal (actions/runner, ProcessInvoker). */
const CANCEL_SECONDS = 5;
/** ECS shows a new task within moments, and a stopped one for an hour. */
const UNSEEN_SECONDS = 60;
/** CloudWatch Logs has a line within seconds: so many quiet looks after the end, and nothing more is expected. */
const QUIET_LOOKS = 2;
const LAST_LOOKS = 5;

/** TaskWatch follows one task to its end, shows its output as it comes, and stops it when nobody waits for it. */
export class TaskWatch {
  readonly #surroundings: WatchSurroundings;
  readonly #watched: Watched;
  readonly #tail: LogTail;
  #stopping: Promise<void> | undefined;
  #seenAt: number;

  constructor(surroundings: WatchSurroundings, watched: Watched) {
    this.#surroundings = surroundings;
    this.#watched = watched;
    this.#tail = new LogTail(surroundings, watched);
    this.#seenAt = surroundings.clock.now();
  }

  /** @throws SlipwayError DEPLOY_TASK_TIMED_OUT, DEPLOY_TASK_FAILED, AWS_*; the signal's reason when it aborts */
  async follow(): Promise<Ended> {
    const { signal } = this.#surroundings;
    // The stop is the first call of a cancelled run, whatever else waits for an answer.
    const onAbort = (): void => void this.#stop('The run was cancelled.');
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    try {
      const ended = await this.#untilEnded();
      await this.#showLast();
      return ended;
    } catch (error) {
      // Two migrations at once are worse than one that was stopped: the next run would start another.
      if (!this.#stopping) await this.#stop('It cannot be watched any more.');
      if (signal.aborted) await this.#seenStopped(CANCEL_SECONDS / 60);
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #untilEnded(): Promise<Ended> {
    const { clock, signal } = this.#surroundings;
    const { timeoutMinutes, arn, container } = this.#watched;
    const deadline = clock.now() + minutesMs(clock, timeoutMinutes);
    for (;;) {
      const task = await this.#look();
      signal.throwIfAborted();
      await this.#tail.show();
      if (task?.lastStatus === 'STOPPED') return { task, isStoppedByUs: false };
      if (task && !container.essential && exitCodeOf(task, container.name) !== undefined) return this.#stopRest(task);
      if (clock.now() >= deadline) {
        await this.#stop(`The task took longer than ${timeoutMinutes} minutes.`);
        const stopped = await this.#seenStopped(STOP_MINUTES);
        await this.#showLast();
        throw timedOut(arn, timeoutMinutes, stopped !== undefined);
      }
      await clock.sleep(Math.min(secondsMs(clock, POLL_SECONDS), deadline - clock.now()), signal);
    }
  }

  /** One that the task could do without has ended; the others may run for ever. */
  async #stopRest(task: TaskState): Promise<Ended> {
    await this.#stop(`Its container '${this.#watched.container.name}' has ended.`);
    return { task: (await this.#seenStopped(STOP_MINUTES)) ?? task, isStoppedByUs: true };
  }

  #stop(reason: string): Promise<void> {
    const { aws, log } = this.#surroundings;
    const { cluster, arn } = this.#watched;
    if (this.#stopping) return this.#stopping;
    const call = aws.ecs.stopTask(cluster, arn, reason);
    log.info(`${reason} Stopping the task ${arn}.`);
    // A task that has ended meanwhile cannot be stopped; the next look says.
    this.#stopping = call.catch((error: unknown) => log.info(`It was not stopped: ${messageOf(error)}`));
    return this.#stopping;
  }

  /** The task when it was seen STOPPED; undefined when it was not. What cannot be read is not seen. */
  async #seenStopped(minutes: number): Promise<TaskState | undefined> {
    const { clock, log, signal } = this.#surroundings;
    // Who is cancelled while waiting here waits anew, and for less.
    const early = signal.aborted ? undefined : signal;
    await this.#stopping;
    const deadline = clock.now() + minutesMs(clock, minutes);
    for (;;) {
      const task = await this.#look().catch(() => undefined);
      if (task?.lastStatus === 'STOPPED') return task;
      if (clock.now() >= deadline) {
        log.info(`The task is ${task?.lastStatus ?? 'not shown by ECS'}.`);
        return undefined;
      }
      await clock.sleep(secondsMs(clock, 1), early);
    }
  }

  /** Undefined when this look told nothing and the next may. */
  async #look(): Promise<TaskState | undefined> {
    const { aws, clock, log } = this.#surroundings;
    const { cluster, arn } = this.#watched;
    try {
      const [task] = await aws.ecs.describeTasks(cluster, [arn]);
      if (task) this.#seenAt = clock.now();
      else if (clock.now() - this.#seenAt > secondsMs(clock, UNSEEN_SECONDS)) throw lostSight(arn);
      return task;
    } catch (error) {
      if (!(error instanceof SlipwayError) || !error.retryable) throw error;
      log.info(`The task could not be looked at (${error.code}); looking again.`);
      return undefined;
    }
  }

  async #showLast(): Promise<void> {
    const { clock, signal } = this.#surroundings;
    for (let looks = 0, quiet = 0; looks < LAST_LOOKS && quiet < QUIET_LOOKS; looks += 1) {
      const lines = await this.#tail.show();
      if (lines === undefined) return;
      quiet = lines === 0 ? quiet + 1 : 0;
      if (quiet < QUIET_LOOKS) await clock.sleep(secondsMs(clock, 1), signal);
    }
  }
}

/** exitCodeOf returns how a container ended; undefined while it has not, or when it never ran. */
export function exitCodeOf({ containers }: TaskState, container: string): number | undefined {
  return containers.find(({ name }) => name === container)?.exitCode;
}
