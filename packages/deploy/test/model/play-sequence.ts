import type { LabRequest } from '@slipway/rehearsal';
import { rollBack, type AwsPorts, type Rollback } from '../../src/index.js';
import { createAlarmsGate } from '../../src/gates/alarms.js';
import { gateThat } from '../sweep/plays.js';
import type { Command, DeployCommand } from './commands.js';
import { answerViolations, endViolations, restViolations } from './hold.js';
import { ModelRun, type RunStart } from './model-run.js';
import { ALARM, changeWorld, openModelWorld, type ModelWorld } from './model-world.js';

/** What came of a sequence. */
export interface Played {
  readonly violations: readonly string[];
  readonly runs: number;
  readonly outcomes: readonly string[];
  /** Everything the runs said, for whoever looks at a counterexample. */
  readonly log: readonly string[];
}

/** A deployer with a mistake made at its port. */
export type Mutant = (aws: AwsPorts) => AwsPorts;

const MINUTE_SECONDS = 60;
/** A run of these ends within its own 20 minutes and the 30 that a rollback may take, even where it waits for another. */
const RUN_ENDS_WITHIN_SECONDS = 120 * MINUTE_SECONDS;
/** The longest pause is a person's, of 9 minutes, and after it ECS goes back. A crash loop would go on for hours. */
const RESTS_WITHIN_SECONDS = 15 * MINUTE_SECONDS;

/** playSequence plays a sequence in a world of its own and holds everything against what must be so. */
export async function playSequence(commands: readonly Command[], mutant?: Mutant): Promise<Played> {
  const world = await openModelWorld();
  const player = new Player(world, mutant);
  try {
    for (const command of commands) await player.play(command);
    await player.comeToRest();
    return player.played();
  } finally {
    await world.lab.close();
  }
}

class Player {
  readonly #world: ModelWorld;
  readonly #mutant: Mutant | undefined;
  readonly #runs: ModelRun[] = [];
  readonly #violations: string[] = [];

  constructor(world: ModelWorld, mutant: Mutant | undefined) {
    this.#world = world;
    this.#mutant = mutant;
  }

  async play(command: Command): Promise<void> {
    switch (command.kind) {
      case 'deploy':
        await this.#deploy(command);
        break;
      case 'reconcile':
        this.#begin({ mode: 'reconcile', taskDefinition: '', request: {} });
        break;
      case 'rollback':
        this.#begin({
          mode: (run) => rollBack(run, rollbackTo(command.to)),
          taskDefinition: '',
          request: { pollSeconds: 10 },
        });
        break;
      case 'cancel':
        this.#runs.at(-1)?.cancel();
        break;
      case 'kill':
        this.#runs.at(-1)?.kill(command.when);
        break;
      case 'wait':
        await this.#pass(command.seconds);
        break;
      case 'until':
        await this.#pass(10 * MINUTE_SECONDS, () => this.#isAt(command.place));
        break;
      case 'settings':
      case 'console-deploy':
      case 'console-stop':
      case 'weights':
      case 'scale':
      case 'stop-task':
      case 'sicken':
      case 'recover':
      case 'alarm':
        await changeWorld(this.#world, command);
    }
    await this.#world.lab.time.settle();
    await this.#look();
  }

  /** What is sick gets well, all runs end, ECS ends what is under way, and a reconcile comes by. */
  async comeToRest(): Promise<void> {
    const { lab } = this.#world;
    this.#world.recover();
    await this.#world.setAlarm(false);
    const isOver = (): boolean => this.#runs.every((run) => !run.isGoing);
    if (!(await this.#pass(RUN_ENDS_WITHIN_SECONDS, isOver))) this.#violations.push('a run does not end');
    const isStill = async (): Promise<boolean> => !(await this.#isUnderWay());
    await this.#pass(RESTS_WITHIN_SECONDS, isStill);
    // A person ends what ECS goes on trying for hours: nobody of ours is there any more.
    if (await this.#isUnderWay()) await this.#world.stopNewest();
    await this.#pass(RESTS_WITHIN_SECONDS, isStill);
    // The tasks of the last minute get healthy.
    await this.#pass(3 * MINUTE_SECONDS);
    const last = this.#begin({ mode: 'reconcile', taskDefinition: '', request: {} });
    await this.#pass(RUN_ENDS_WITHIN_SECONDS, () => last.end !== undefined);
    const outcome = last.end?.delivered?.outcome ?? String(last.end?.error);
    if (!['unchanged', 'succeeded'].includes(outcome)) this.#violations.push(`the reconcile ends as ${outcome}`);
    this.#violations.push(...(await restViolations(this.#world)));
    await lab.time.settle();
  }

  played(): Played {
    return {
      violations: this.#violations,
      runs: this.#runs.length,
      outcomes: this.#runs.map(outcomeOf),
      log: this.#runs.flatMap((run, at) => [`run ${at + 1}: ${outcomeOf(run)}`, ...run.lines]),
    };
  }

  async #deploy(command: DeployCommand): Promise<void> {
    const taskDefinition = await this.#world.revision(command.revision);
    this.#begin({ mode: 'deliver', taskDefinition, request: this.#requestOf(command) });
  }

  #begin(start: Pick<RunStart, 'mode' | 'taskDefinition' | 'request' | 'state'>): ModelRun {
    const onAnswer = async (run: ModelRun, arn: string): Promise<void> => {
      this.#violations.push(...(await answerViolations(this.#world, run, arn)));
    };
    const by = `example/shop run ${this.#runs.length + 1}.1`;
    const request = { by, ...start.request };
    const run = new ModelRun(this.#world.lab, { ...start, request, onAnswer, mutant: this.#mutant });
    this.#runs.push(run);
    return run;
  }

  #requestOf({ strategy, gate, ifInProgress, onCancel, watchesAlarm }: DeployCommand): LabRequest {
    const { lab } = this.#world;
    const log = { info: () => undefined } as unknown as Parameters<typeof createAlarmsGate>[1]['log'];
    const watching = { aws: lab.direct(), clock: lab.clock, log };
    const gates = [...gatesOf(gate), ...(watchesAlarm ? [createAlarmsGate([ALARM], watching)] : [])];
    const minutes = gates.length > 0 ? 1 : 0;
    return {
      gates,
      pollSeconds: 10,
      intent: {
        ifInProgress,
        onCancel,
        timeoutMinutes: 20,
        alarms: watchesAlarm ? [ALARM] : [],
        gateMinutes: { 'before-traffic': minutes, step: minutes, 'after-traffic': minutes },
        ...(strategy === 'own' ? {} : { strategy }),
        ...(strategy === 'canary' ? { canaryPercent: 10, canaryBakeMinutes: 1 } : {}),
        ...(strategy === 'linear' ? { stepPercent: 50, stepBakeMinutes: 1 } : {}),
      },
    };
  }

  /** Lets time go on, moment by moment, until it is so; false when it was not within so many seconds. */
  async #pass(seconds: number, holds: () => boolean | Promise<boolean> = () => false): Promise<boolean> {
    const { lab } = this.#world;
    const until = lab.clock.now() + seconds * 1000;
    await lab.time.settle();
    await this.#look();
    for (let askedAt = Number.NaN; ;) {
      const now = lab.clock.now();
      // To ask costs more than most moments do, and many are at the same time.
      if (now !== askedAt && (await holds())) return true;
      askedAt = now;
      if (now >= until || !(await lab.time.advanceToNext())) return false;
      await this.#look();
    }
  }

  /** Whatever ended in this moment is held against this moment. */
  async #look(): Promise<void> {
    for (const run of this.#runs) {
      if (!run.end || run.isJudged || run.isDead) continue;
      run.isJudged = true;
      this.#violations.push(...(await endViolations(this.#world, run)));
      // The runner's post step follows a main step, however that ended; it has nothing to do but after a cancel.
      if (run.start.mode === 'deliver' && run.cancelled.signal.aborted) {
        const { taskDefinition, request } = run.start;
        this.#begin({ mode: 'post', taskDefinition, request, state: run.end.state });
      }
    }
  }

  async #isUnderWay(): Promise<boolean> {
    const [newest] = await this.#world.lab.deployments();
    return newest !== undefined && /PENDING|IN_PROGRESS|REQUESTED/.test(newest.status);
  }

  async #isAt(place: 'pause' | 'traffic' | 'bake' | 'ended'): Promise<boolean> {
    const { lab } = this.#world;
    if (place === 'ended') return !(await this.#isUnderWay());
    const [newest] = await lab.deployments();
    const seen = await lab.deployment(newest?.arn ?? '');
    if (place === 'bake') return seen.lifecycleStage === 'BAKE_TIME';
    if (place === 'traffic') return (seen.targetServiceRevision?.requestedProductionTrafficWeight ?? 0) > 0;
    return (seen.lifecycleHookDetails ?? []).some(({ status }) => status === 'AWAITING_ACTION');
  }
}

/** Every image exists: what does not is looked at where registries are. */
function rollbackTo(to: 'last' | 'first'): Rollback {
  const images = { look: () => Promise.resolve({ kind: 'unknown', because: 'not asked' } as const) };
  return { hold: 'none', holdText: 'mona', strategy: 'fast', images, ...(to === 'first' ? { to: '1' } : {}) };
}

function gatesOf(gate: DeployCommand['gate']) {
  switch (gate) {
    case 'none':
      return [];
    case 'passes':
      return [gateThat('pass', 'step')];
    case 'fails before traffic':
      return [gateThat('fail', 'before-traffic')];
    case 'fails at a step':
      return [gateThat('fail', 'step')];
    case 'fails after traffic':
      return [gateThat('fail', 'after-traffic')];
  }
}

function outcomeOf({ isDead, end, start }: ModelRun): string {
  const mode = typeof start.mode === 'string' ? start.mode : 'rollback';
  if (isDead) return `${mode} died`;
  const said = end?.delivered?.outcome ?? (end?.error as { code?: string } | undefined)?.code;
  return `${mode} ${said ?? (end?.error === undefined ? 'ended' : 'threw')}`;
}
