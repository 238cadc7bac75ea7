import type { DirectCall, Lab, LabEnd, LabRequest, Mode } from '@slipway/rehearsal';
import { beginInLab } from '@slipway/rehearsal';
import type { AwsPorts } from '../../src/index.js';

/** How a run of the deployer is started. */
export interface RunStart {
  readonly mode: Mode;
  readonly taskDefinition: string;
  readonly request: LabRequest;
  /** A deployer with a mistake made at its port, to see whether it is caught. */
  readonly mutant?: ((aws: AwsPorts) => AwsPorts) | undefined;
  /** Called before the run answers a pause. */
  readonly onAnswer: (run: ModelRun, deploymentArn: string) => Promise<void>;
  /** What the main step saved, for post. */
  readonly state?: LabEnd['state'];
}

/** ModelRun is a run of the deployer among others: it can be cancelled, it can die, and its calls are known. */
export class ModelRun {
  readonly start: RunStart;
  readonly startedAt: number;
  readonly calls: DirectCall[] = [];
  /** The lines of its log so far. */
  readonly lines: string[] = [];
  end: LabEnd | undefined;
  isJudged = false;
  isDead = false;
  readonly cancelled = new AbortController();
  readonly #lab: Lab;
  #dies: 'before-call' | 'after-call' | undefined;

  constructor(lab: Lab, start: RunStart) {
    this.#lab = lab;
    this.start = start;
    this.startedAt = lab.clock.now();
    const { mode, taskDefinition, request, state } = start;
    const interference = {
      aws: this.#ports(),
      signal: this.cancelled.signal,
      onLine: (line: string) => void this.lines.push(line),
      ...(state ? { state } : {}),
    };
    void beginInLab(lab, { mode, taskDefinition, request, interference }).then((end) => (this.end = end));
  }

  get isGoing(): boolean {
    return this.end === undefined && !this.isDead;
  }

  /** Whether a cancelled run leaves its deployment as it is. */
  get isLeft(): boolean {
    return this.start.request.intent?.onCancel === 'leave';
  }

  /** What it deploys; a rollback chooses that itself. */
  get taskDefinition(): string {
    const updates = this.calls.filter(({ operation }) => operation === 'UpdateService');
    const asked = updates.map(({ input }) => input['taskDefinition']).findLast((value) => typeof value === 'string');
    const chosen = String(asked ?? '');
    return this.start.taskDefinition || chosen.slice(chosen.lastIndexOf('/') + 1);
  }

  cancel(): void {
    this.cancelled.abort(new Error('cancelled'));
  }

  kill(when: 'now' | 'before-call' | 'after-call'): void {
    if (when === 'now') this.isDead = true;
    else this.#dies = when;
  }

  /** A dead run's calls never come back, and the next ones never leave. */
  #ports(): AwsPorts {
    const { mutant = (aws: AwsPorts) => aws, onAnswer } = this.start;
    const direct = this.#lab.direct((call) => void this.calls.push(call));
    const wrap = <Part extends object>(part: Part): Part =>
      Object.fromEntries(
        Object.entries(part).map(([name, call]: [string, (...given: unknown[]) => Promise<unknown>]) => [
          name,
          async (...given: unknown[]) => {
            await this.#unlessDead('before-call');
            if (name === 'answerHook') await onAnswer(this, (given[0] as { deploymentArn: string }).deploymentArn);
            const answer = await call(...given);
            await this.#unlessDead('after-call');
            return answer;
          },
        ]),
      ) as Part;
    const { ecs, elb, cloudwatch, logs, sts } = mutant(direct);
    return { ecs: wrap(ecs), elb: wrap(elb), cloudwatch: wrap(cloudwatch), logs, sts };
  }

  async #unlessDead(at: 'before-call' | 'after-call'): Promise<void> {
    if (this.#dies === at) this.isDead = true;
    if (this.isDead) await new Promise(() => undefined);
  }
}
