import type { ServiceDeploymentState } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import type { Run } from './run.js';

/** So many looks may fail in a row before we say that we have lost sight; each was tried several times by itself. */
const FAILED_LOOKS = 10;

/** Sight is how a deployment is looked at: it outlasts looks that fail, and says when it is lost. */
export class Sight {
  readonly #run: Pick<Run, 'aws' | 'log'>;
  readonly #arn: string;
  #failed = 0;

  constructor(run: Pick<Run, 'aws' | 'log'>, arn: string) {
    this.#run = run;
    this.#arn = arn;
  }

  /**
   * look returns what ECS shows now; undefined when this look failed and the next may not.
   *
   * @throws SlipwayError DEPLOY_NOT_FOUND, or AWS's own when looking again would not help
   */
  async look(): Promise<ServiceDeploymentState | undefined> {
    try {
      const seen = await this.#run.aws.ecs.serviceDeployment(this.#arn);
      if (!seen) throw notFound(this.#arn);
      this.#failed = 0;
      return seen;
    } catch (error) {
      if (!(error instanceof SlipwayError) || !error.retryable) throw error;
      this.#failed += 1;
      if (this.#failed >= FAILED_LOOKS) throw error;
      this.#run.log.info(`The deployment could not be looked at (${error.code}); looking again.`);
      return undefined;
    }
  }
}

function notFound(arn: string): SlipwayError {
  return new SlipwayError({
    code: 'DEPLOY_NOT_FOUND',
    message: `ECS no longer knows the deployment ${arn}.`,
    hint: 'Was the service deleted? Nothing can be said about how the deployment ended.',
    kind: 'world',
    // A list that lags behind shows it at the next look.
    retryable: true,
  });
}
