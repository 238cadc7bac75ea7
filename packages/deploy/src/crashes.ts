import type { ServiceDeploymentState, TaskState } from '@slipway/aws';
import { SlipwayError, secondsMs } from '@slipway/core';
import { describeTask } from './evidence.js';
import type { Run } from './run.js';

/** One call more for every fourth look at five seconds: a crash loop shows itself within half a minute. */
const EVERY_SECONDS = 20;

/**
 * Crashes counts the tasks of the new revision that stopped by themselves. ECS's circuit breaker counts only those that
 * never got healthy, and a deployment without one takes hours to fail.
 */
export class Crashes {
  readonly #run: Run;
  readonly #taskDefinitionArn: string;
  readonly #seen = new Set<string>();
  #lookedAt = Number.NEGATIVE_INFINITY;
  #count = 0;
  #last: string | undefined;

  /** Tasks that had stopped before are not this deployment's. */
  constructor(run: Run, taskDefinitionArn: string, before: readonly string[]) {
    this.#run = run;
    this.#taskDefinitionArn = taskDefinitionArn;
    before.forEach((arn) => this.#seen.add(arn));
  }

  /** look counts anew when it is time to, and returns what is known. A look that fails leaves it as it was. */
  async look(seen: ServiceDeploymentState, force = false) {
    const { clock, request } = this.#run;
    const isDue = clock.now() - this.#lookedAt >= secondsMs(clock, EVERY_SECONDS);
    const wentUnder = (seen.runningTaskCount ?? 0) < (seen.requestedTaskCount ?? 0) && (seen.productionWeight ?? 0) > 0;
    if (force || isDue || wentUnder) {
      this.#lookedAt = clock.now();
      await this.#readNew().catch((error: unknown) => {
        if (!(error instanceof SlipwayError)) throw error;
        this.#run.log.info(`Stopped tasks could not be read (${error.code}).`);
      });
    }
    return {
      count: this.#count,
      limit: request.maxStoppedTasks,
      ...(this.#last === undefined ? {} : { last: this.#last }),
    };
  }

  async #readNew(): Promise<void> {
    const { aws, request } = this.#run;
    const arns = await aws.ecs.taskArns(request.cluster, request.service, 'STOPPED');
    const fresh = arns.filter((arn) => !this.#seen.has(arn));
    if (fresh.length === 0) return;
    const tasks = await aws.ecs.describeTasks(request.cluster, fresh);
    for (const task of tasks) {
      this.#seen.add(task.arn);
      if (task.taskDefinitionArn !== this.#taskDefinitionArn || !stoppedByItself(task)) continue;
      this.#count += 1;
      this.#last = describeTask(task);
      this.#run.log.info(`A task of the new revision stopped: ${this.#last}`);
    }
  }
}

/** ECS's words for stops that say nothing about the revision (API reference, Task stopCode). An open set. */
const NOT_ITS_OWN: ReadonlySet<string> = new Set(['UserInitiated', 'SpotInterruption', 'TerminationNotice']);

function stoppedByItself({ stopCode, stoppedReason }: TaskState): boolean {
  // The scheduler scales in and replaces; it also stops what fails its health checks, and that is the task's own doing.
  if (stopCode === 'ServiceSchedulerInitiated') return /failed.*health check/i.test(stoppedReason ?? '');
  return stopCode === undefined || !NOT_ITS_OWN.has(stopCode);
}
