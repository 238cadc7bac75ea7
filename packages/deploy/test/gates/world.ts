import type { AlarmState, TargetGroupMinutes, TargetGroupQuery } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import type { GateResult } from '@slipway/delivery';
import type { Log } from '@slipway/runtime';
import type { Gate, Fleets, Pause } from '../../src/gates/gate.js';
import type { Surroundings } from '../../src/ports.js';
import { START_MS, VirtualClock } from '../virtual-clock.js';

export const MINUTE = 60_000;
export const OLD = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/1111';
export const NEW = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/green/2222';

export const FLEETS: Fleets = {
  productionRuleArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/shop/1/2/3',
  loadBalancerArn: 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc',
  oldTargetGroupArn: OLD,
  newTargetGroupArn: NEW,
};

/** MemoryLog keeps what was logged. */
export class MemoryLog implements Log {
  readonly lines: string[] = [];
  info(message: string): void {
    this.lines.push(message);
  }
  debug(): void {
    this.lines.push('(debug)');
  }
  warning(message: string): void {
    this.lines.push(`warning: ${message}`);
  }
  error(message: string): void {
    this.lines.push(`error: ${message}`);
  }
  untrusted(text: string): void {
    this.lines.push(...text.split('\n').map((line) => `| ${line}`));
  }
  async group<T>(title: string, body: () => Promise<T> | T): Promise<T> {
    this.lines.push(`[${title}`);
    try {
      return await body();
    } finally {
      this.lines.push(']');
    }
  }
}

/** GateWorld is AWS as gates see it, on a time that goes on by hand. */
export class GateWorld {
  readonly clock = new VirtualClock();
  readonly log = new MemoryLog();
  readonly controller = new AbortController();
  /** The alarms that exist. */
  alarms: AlarmState[] = [];
  weights: { targetGroupArn: string; weight: number }[] = [];
  /** What a target group answered in the minute that begins at a time. */
  traffic: (targetGroup: string, at: number) => { requests: number; errors: number; slow?: number } = () => ({
    requests: 0,
    errors: 0,
  });
  /** Thrown by the next calls, one after the other; the last one stays when `staysBroken`. */
  failures: SlipwayError[] = [];
  staysBroken = false;
  readonly calls: string[] = [];
  readonly queries: TargetGroupQuery[] = [];

  get surroundings(): Surroundings {
    const aws = {
      cloudwatch: {
        alarms: async (names: readonly string[]) => {
          this.#call('alarms');
          return this.alarms.filter(({ name }) => names.includes(name));
        },
        targetGroupMinutes: async (query: TargetGroupQuery) => {
          this.#call('targetGroupMinutes');
          this.queries.push(query);
          return this.#minutes(query);
        },
      },
      elb: {
        ruleWeights: async () => {
          this.#call('ruleWeights');
          return this.weights;
        },
      },
    };
    return { aws, clock: this.clock, log: this.log } as unknown as Surroundings;
  }

  /** Judges at a pause that ends so many minutes from now, and lets time go on until it is over. */
  judge(gate: Gate, pause: Partial<Pause> = {}, minutes = gate.budgetMinutes): Promise<GateResult> {
    const deadline = this.clock.now() + minutes * MINUTE;
    return this.clock.until(gate.judge(pauseAt({ deadline, ...pause }), this.controller.signal));
  }

  #call(name: string): void {
    this.calls.push(name);
    const [failure] = this.failures;
    if (!failure) return;
    if (!this.staysBroken) this.failures.shift();
    throw failure;
  }

  #minutes({ targetGroups, since, now, slowerThanSeconds }: TargetGroupQuery): readonly TargetGroupMinutes[] {
    return targetGroups.map((targetGroup) => {
      const minutes = [];
      for (let at = Math.floor(since / MINUTE) * MINUTE; at + MINUTE <= now; at += MINUTE) {
        const { slow = 0, ...counts } = this.traffic(targetGroup, at);
        minutes.push({ at, ...counts, ...(slowerThanSeconds === undefined ? {} : { slow }) });
      }
      return { targetGroup, minutes };
    });
  }
}

export function pauseAt(pause: Partial<Pause> = {}): Pause {
  return {
    deploymentArn: 'arn:aws:ecs:eu-west-1:111122223333:service-deployment/shop/web/d1',
    percent: 100,
    position: 'after-traffic',
    deadline: START_MS + 10 * MINUTE,
    fleets: FLEETS,
    ...pause,
  };
}

/** What AWS's throttling comes to. */
export function throttled(): SlipwayError {
  return new SlipwayError({
    code: 'AWS_THROTTLED',
    message: 'Too much.',
    hint: 'Later.',
    kind: 'world',
    retryable: true,
  });
}

/** What a missing permission comes to. */
export function denied(): SlipwayError {
  return new SlipwayError({ code: 'AWS_ACCESS_DENIED', message: 'Not allowed.', hint: 'Grant it.' });
}
