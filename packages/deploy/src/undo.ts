import { awsErrorName } from '@slipway/aws';
import { SlipwayError, messageOf, minutesMs, secondsMs } from '@slipway/core';
import type { Undo, UndoReason } from '@slipway/delivery';
import type { Run } from './run.js';

/** A rollback only moves weights and stops the new tasks; ECS gives no bound, NLBs alone take ten minutes a shift. */
const UNDO_WITHIN_MINUTES = 30;
/** Between two tries of a call that ECS did not take: at first, and at most. */
const AGAIN_SECONDS = 2;
const MOST_AGAIN_SECONDS = 60;

/** Undoing takes one deployment back: with one call, made again only while ECS has not taken it. */
export class Undoing {
  readonly #run: Run;
  readonly #arn: string;
  #undo: Undo | undefined;
  #asking: Promise<void> | undefined;
  #failure: Error | undefined;
  #againSeconds = AGAIN_SECONDS;
  #isLeft = false;

  constructor(run: Run, arn: string) {
    this.#run = run;
    this.#arn = arn;
  }

  /** What was asked of ECS; undefined while nothing was. */
  get undo(): Undo | undefined {
    return this.#undo;
  }

  /** Whether a cancelled run leaves the deployment as it is. */
  get isLeft(): boolean {
    return this.#isLeft;
  }

  /** Called in the very moment in which the run is cancelled: the call is on its way before this returns. */
  onCancel(): void {
    if (this.#run.request.intent.onCancel === 'leave') {
      this.#isLeft = this.#undo === undefined;
      return;
    }
    if (!this.#undo) this.ask('cancelled', 'The run was cancelled.').catch(this.#remember);
  }

  /** Asks ECS to go back; while a call is on its way there is no second one. */
  ask(reason: UndoReason, because: string): Promise<void> {
    this.#asking ??= this.#ask(reason, because).finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #ask(reason: UndoReason, because: string): Promise<void> {
    const { clock, aws, log } = this.#run;
    const first = this.#undo === undefined;
    const deadline = this.#undo?.deadline ?? clock.now() + minutesMs(clock, UNDO_WITHIN_MINUTES);
    this.#undo = { reason, because, deadline, isAccepted: false };
    const call = aws.ecs.stopWithRollback(this.#arn);
    if (first) log.info(`${because} Taking the deployment back.`);
    try {
      await call;
      this.#undo = { ...this.#undo, isAccepted: true };
    } catch (error) {
      // It had ended, or was on its way back already; the next look says which.
      if (awsErrorName(error) === 'ConflictException') this.#undo = { ...this.#undo, isAccepted: true };
      else await this.#again(error);
    }
  }

  async #again(error: unknown): Promise<void> {
    const { clock, log } = this.#run;
    const isOurs = error instanceof SlipwayError;
    log.info(`The deployment could not be taken back: ${messageOf(error)}${isOurs ? ` ${error.hint}` : ''}`);
    // Whether it is worth another try is seen at the next look: the answer alone may have been lost.
    await clock.sleep(secondsMs(clock, this.#againSeconds));
    this.#againSeconds = Math.min(this.#againSeconds * 2, MOST_AGAIN_SECONDS);
  }

  /** Waits for a call that is on its way. @throws what it failed with for good */
  async settled(): Promise<void> {
    await this.#asking?.catch(this.#remember);
    if (this.#failure !== undefined) throw this.#failure;
  }

  readonly #remember = (error: unknown): void => {
    this.#failure = error instanceof Error ? error : new Error(messageOf(error), { cause: error });
  };
}
