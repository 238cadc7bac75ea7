import type { ServiceDeploymentState } from '@slipway/aws';
import { SlipwayError, minutesMs, secondsMs } from '@slipway/core';
import {
  decide,
  expectedEnd,
  isShifting,
  nextLookMs,
  ourPause,
  phaseOf,
  positionOf,
  type Change,
  type Decision,
  type GateResult,
  type Outcome,
  type SeenPause,
  type TimelineEvent,
} from '@slipway/delivery';
import { Chronicle } from './chronicle.js';
import { Crashes } from './crashes.js';
import type { Fleets, Moving } from './gates/gate.js';
import { Judgement } from './judgement.js';
import { newerThan, stoppedBy } from './others.js';
import { answerPause } from './answer.js';
import { Sight } from './sight.js';
import { Undoing } from './undo.js';
import type { Run } from './run.js';

/** How our deployment ended. */
export interface Ending {
  readonly outcome: Outcome;
  readonly because: string;
  /** What was seen last. */
  readonly deployment?: ServiceDeploymentState;
  readonly timeline: readonly TimelineEvent[];
  /** The share of the production traffic over time. */
  readonly shares: readonly { readonly atMs: number; readonly percent: number }[];
  readonly gates: readonly GateResult[];
  readonly seconds: number;
}

/** What is followed. */
export interface Followed {
  readonly arn: string;
  readonly taskDefinitionArn: string;
  readonly change: Pick<Change, 'settings' | 'pauses'>;
  /** Whether the service has pauses of its own, which are a person's to answer. */
  readonly hasForeignPauses: boolean;
  readonly fleets?: Fleets;
  /** Tasks that had stopped before. */
  readonly stoppedBefore: readonly string[];
}

/** Follower watches our deployment to its end: it looks, decides, and does what the decision says. */
export class Follower {
  readonly #run: Run;
  readonly #followed: Followed;
  readonly #sight: Sight;
  readonly #judgement: Judgement;
  readonly #crashes: Crashes;
  readonly #undoing: Undoing;
  readonly #chronicle: Chronicle;
  readonly #deadline: number;
  #lostBecause: SlipwayError | undefined;

  constructor(run: Run, followed: Followed) {
    this.#run = run;
    this.#followed = followed;
    this.#sight = new Sight(run, followed.arn);
    this.#judgement = new Judgement(run);
    this.#crashes = new Crashes(run, followed.taskDefinitionArn, followed.stoppedBefore);
    this.#undoing = new Undoing(run, followed.arn);
    this.#chronicle = new Chronicle(run);
    this.#deadline = run.clock.now() + minutesMs(run.clock, run.request.intent.timeoutMinutes);
  }

  /** Follows to the end. Errors are AWS's, when looking again would not help. */
  async follow(): Promise<Ending> {
    // The undo is the first call of a cancelled run, whatever else waits for an answer.
    const onAbort = (): void => this.#undoing.onCancel();
    this.#run.signal.addEventListener('abort', onAbort, { once: true });
    if (this.#run.signal.aborted) onAbort();
    try {
      for (;;) {
        const ending = await this.#turn();
        if (ending) return ending;
      }
    } finally {
      this.#run.signal.removeEventListener('abort', onAbort);
      await this.#judgement.end();
    }
  }

  async #turn(): Promise<Ending | undefined> {
    await this.#undoing.settled();
    if (this.#undoing.isLeft) return this.#left();
    try {
      const seen = await this.#sight.look();
      const change = seen && this.#chronicle.note(seen);
      if (change) this.#run.announcement?.stage(change);
      const last = seen ?? this.#chronicle.last;
      if (last) return await this.#act(last, await this.#decide(last));
      await this.#sleep(this.#usualMs());
      return undefined;
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      return this.#onError(error);
    }
  }

  /** What we cannot see or steer any more is taken back; if even that cannot be seen, it is said. */
  async #onError(error: SlipwayError): Promise<Ending | undefined> {
    if (this.#lostBecause) return this.#lost(error);
    this.#lostBecause = error;
    this.#chronicle.tell(`The deployment cannot be steered any more: ${error.message}`);
    if (!this.#undoing.undo) await this.#undoing.ask('lost-sight', error.message);
    return undefined;
  }

  async #decide(seen: ServiceDeploymentState): Promise<Decision> {
    const { request, clock } = this.#run;
    const isForward = phaseOf(seen.status) === 'forward' && !this.#undoing.undo;
    const pause = isForward ? this.#pauseOf(seen) : undefined;
    const alarm = isForward ? await this.#watch(seen, pause) : undefined;
    const newer = seen.status === 'STOPPED' ? await newerThan(this.#run, seen) : undefined;
    const wentBack = phaseOf(seen.status) === 'rolled-back' && !this.#undoing.undo;
    const by = wentBack ? await stoppedBy(this.#run, seen.arn) : undefined;
    const { undo } = this.#undoing;
    return decide({
      ...seen,
      now: clock.now(),
      deadline: this.#deadline,
      crashes: isForward ? await this.#crashes.look(seen) : { count: 0, limit: request.maxStoppedTasks },
      ...(undo ? { undo } : {}),
      ...(pause ? { pause } : {}),
      ...(alarm ? { alarm } : {}),
      ...(newer ? { newer } : {}),
      ...(by === undefined ? {} : { stoppedBy: by }),
      ...(request.intent.waitUntil ? { waitUntil: request.intent.waitUntil } : {}),
    });
  }

  async #act(seen: ServiceDeploymentState, decision: Decision): Promise<Ending | undefined> {
    switch (decision.kind) {
      case 'conclude':
        return this.#ending(decision.outcome, decision.because);
      case 'undo':
        this.#chronicle.tell(decision.because);
        await this.#undoing.ask(decision.reason, decision.because);
        return undefined;
      case 'judge':
        this.#beginJudging(seen, decision);
        return undefined;
      case 'continue':
        await this.#continue(seen, decision);
        return undefined;
      case 'wait':
        await this.#sleep(this.#paceOf(seen));
        return undefined;
    }
  }

  #beginJudging(seen: ServiceDeploymentState, { hookId, position }: Extract<Decision, { kind: 'judge' }>): void {
    const hook = seen.hooks.find(({ id }) => id === hookId);
    if (hook) this.#judgement.begin(hook, position, this.#movingOf(seen));
  }

  async #continue(
    seen: ServiceDeploymentState,
    { hookId, position }: Extract<Decision, { kind: 'continue' }>,
  ): Promise<void> {
    const { fleets } = this.#followed;
    const said = await answerPause(this.#run, {
      deploymentArn: seen.arn,
      hookId,
      position,
      wantedTasks: seen.requestedTaskCount ?? 0,
      ...(fleets ? { fleets } : {}),
    });
    if (said.kind === 'answered') this.#judgement.answered(hookId);
    else {
      this.#run.log.info(said.because);
      await this.#sleep(this.#usualMs());
    }
  }

  /** What a gate sees fail while traffic moves takes the deployment back without waiting for a pause. */
  async #watch(seen: ServiceDeploymentState, pause: SeenPause | undefined): Promise<GateResult | undefined> {
    const moving = this.#movingOf(seen);
    // A rolling update tells no share: its new tasks answer from the first one on.
    const isMoving = moving.percent > 0 || !isShifting(this.#followed.change.settings.strategy);
    if (!isMoving || pause?.state === 'answered') return undefined;
    for (const gate of this.#run.request.gates) {
      const result = await gate.watch?.(moving);
      if (result?.verdict === 'fail') {
        this.#judgement.results.push(result);
        return result;
      }
    }
    return undefined;
  }

  #pauseOf(seen: ServiceDeploymentState): SeenPause | undefined {
    const hook = ourPause({
      hooks: seen.hooks,
      pauses: this.#followed.change.pauses,
      hasForeignPauses: this.#followed.hasForeignPauses,
      firstSeen: (id) => this.#chronicle.hookSince(id),
      minuteMs: minutesMs(this.#run.clock, 1),
    });
    if (!hook) return undefined;
    const position = positionOf(seen.lifecycleStage, seen.productionWeight ?? 0);
    return { hookId: hook.id, position, state: this.#judgement.stateOf(hook.id) };
  }

  #lost(error: SlipwayError): Ending {
    const { undo } = this.#undoing;
    const back = undo?.isAccepted ? 'ECS was asked to take it back and took the call.' : this.#deadMan();
    return this.#ending('unknown', `We lost sight of it: ${error.message} ${back}`);
  }

  #left(): Ending {
    return this.#ending('cancelled', `The run was cancelled and the deployment left as it is. ${this.#deadMan()}`);
  }

  /** When ECS acts without us. */
  #deadMan(): string {
    const open = this.#chronicle.last?.hooks.find(({ status, expiresAt }) => status === 'AWAITING_ACTION' && expiresAt);
    if (open?.expiresAt) return `It stands at a pause: ECS takes it back by itself at ${open.expiresAt.toISOString()}.`;
    const [next] = this.#followed.change.pauses;
    return next && this.#chronicle.last?.lifecycleStage !== 'BAKE_TIME'
      ? `ECS pauses at the next ${next.lifecycleStages[0]} or after all traffic, and takes it back by itself when nobody answers.`
      : 'It has no pause left: ECS completes it, or its own alarms and circuit breaker take it back.';
  }

  #movingOf(seen: ServiceDeploymentState): Moving {
    const { trafficSince, shareSince } = this.#chronicle;
    return {
      deploymentArn: seen.arn,
      percent: seen.productionWeight ?? 0,
      ...(trafficSince === undefined ? {} : { trafficSince }),
      ...(shareSince === undefined ? {} : { shareSince }),
      ...(this.#followed.fleets ? { fleets: this.#followed.fleets } : {}),
    };
  }

  #paceOf(seen: ServiceDeploymentState): number {
    const { clock } = this.#run;
    const end = expectedEnd({
      percent: seen.productionWeight ?? 0,
      since: this.#chronicle.stageSince,
      settings: this.#followed.change.settings,
      minuteMs: minutesMs(clock, 1),
      ...(seen.lifecycleStage === undefined ? {} : { lifecycleStage: seen.lifecycleStage }),
    });
    return nextLookMs({
      now: clock.now(),
      status: seen.status,
      isJudging: this.#judgement.underWay() !== undefined,
      usualMs: this.#usualMs(),
      secondMs: secondsMs(clock, 1),
      ...(end === undefined ? {} : { expectedEnd: end }),
    });
  }

  #usualMs(): number {
    return secondsMs(this.#run.clock, this.#run.request.pollSeconds);
  }

  /** Ends early when a judgement is there or the run is cancelled; a cancelled run still waits for its rollback. */
  async #sleep(ms: number): Promise<void> {
    const { clock, signal } = this.#run;
    const early = new AbortController();
    const until = signal.aborted ? early.signal : AbortSignal.any([early.signal, signal]);
    const asleep = clock.sleep(ms, until).catch((error: unknown) => {
      if (!until.aborted) throw error;
    });
    const judged = this.#judgement.underWay();
    await Promise.race(judged ? [asleep, judged] : [asleep]);
    early.abort();
    await asleep;
  }

  #ending(outcome: Outcome, because: string): Ending {
    const { timeline, shares, last } = this.#chronicle;
    const gates = this.#judgement.results;
    const ending = { outcome, because, timeline, shares, gates, seconds: this.#chronicle.seconds() };
    return last ? { ...ending, deployment: last } : ending;
  }
}
