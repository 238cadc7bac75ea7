import { minutesMs, secondsMs } from '@slipway/core';
import type { Surroundings } from '../ports.js';
import type { Counts, SharedLook } from './analyst.js';
import type { Moving } from './gate.js';
import { loadBalancerName, targetGroupName } from './metric-names.js';

export interface MinutesOptions {
  /** How long after its end a minute is taken to be counted, for every target group. */
  readonly ingestionDelaySeconds: number;
  /** Answers that take longer are counted as slow; absent: none is. */
  readonly slowSeconds?: number;
}

/** What reading minutes needs. */
export type MinutesSurroundings = Pick<Surroundings, 'clock'> & {
  readonly aws: Pick<Surroundings['aws'], 'cloudwatch'>;
};

/** Whose minutes are read, by CloudWatch's names. */
interface Names {
  readonly loadBalancer: string;
  readonly fresh: string;
  readonly old?: string;
}

/** What scattering is learnt from: an hour before the deployment. */
const MINUTES_BEFORE = 60;

/**
 * TrafficMinutes reads what both fleets answered, minute by minute, and remembers it: a minute is read once, when it is
 * complete. A minute in which a share began or changed belongs to neither share and is left out.
 */
export class TrafficMinutes {
  readonly #surroundings: MinutesSurroundings;
  readonly #options: MinutesOptions;
  readonly #shareChanges = new Set<number>();
  readonly #fresh = new Map<number, Counts>();
  readonly #old = new Map<number, Counts>();
  #before: readonly Counts[] | undefined;
  #readUntil = 0;

  constructor(surroundings: MinutesSurroundings, options: MinutesOptions) {
    this.#surroundings = surroundings;
    this.#options = options;
  }

  /** Notes when shares began; called at every look at the deployment. */
  note({ trafficSince, shareSince }: Moving): void {
    for (const at of [trafficSince, shareSince]) if (at !== undefined) this.#shareChanges.add(this.#minuteOf(at));
  }

  /** Reads what has been completed since the last time. Throws AWS's errors; nothing is lost by one. */
  async read(moving: Moving): Promise<void> {
    const names = namesOf(moving);
    const { trafficSince } = moving;
    if (!names || trafficSince === undefined) return;
    this.note(moving);
    if (names.old !== undefined) this.#before ??= await this.#readBefore(names, trafficSince);
    const since = Math.max(this.#minuteOf(trafficSince), this.#readUntil);
    const until = this.#completeUntil();
    if (until <= since) return;
    const groups = names.old === undefined ? [names.fresh] : [names.fresh, names.old];
    const [fresh, old] = await this.#fetch({ names, groups, since, until });
    for (const [at, counts] of fresh ?? []) this.#fresh.set(at, counts);
    for (const [at, counts] of old ?? []) this.#old.set(at, counts);
    this.#readUntil = until;
  }

  /** The complete minutes in which both fleets had their share. */
  shared(): readonly SharedLook[] {
    return [...this.#fresh].flatMap(([at, fresh]) => {
      const old = this.#old.get(at);
      return old && !this.#shareChanges.has(at) ? [{ at, fresh, old }] : [];
    });
  }

  /** The new fleet's complete minutes from the first whole one after a time. */
  freshSince(time: number): readonly Counts[] {
    return [...this.#fresh].filter(([at]) => at >= time).map(([, counts]) => counts);
  }

  /** The old fleet's minutes before it had company. */
  before(): readonly Counts[] {
    return this.#before ?? [];
  }

  /** Milliseconds until the next minute is complete. */
  nextInMs(): number {
    const { clock } = this.#surroundings;
    return this.#completeUntil() + minutesMs(clock, 1) + this.#delayMs() - clock.now();
  }

  /** When the minutes that were over at a time are complete. */
  settledAt(time: number): number {
    return this.#minuteOf(time) + this.#delayMs();
  }

  async #readBefore(names: Names, trafficSince: number): Promise<readonly Counts[]> {
    const until = this.#minuteOf(trafficSince);
    const since = until - minutesMs(this.#surroundings.clock, MINUTES_BEFORE);
    const [old] = await this.#fetch({ names, groups: [names.old ?? names.fresh], since, until });
    return [...(old ?? [])].map(([, counts]) => counts);
  }

  async #fetch(of: {
    readonly names: Names;
    readonly groups: readonly string[];
    readonly since: number;
    readonly until: number;
  }): Promise<readonly (readonly (readonly [number, Counts])[])[]> {
    const { clock, aws } = this.#surroundings;
    const { slowSeconds } = this.#options;
    const told = await aws.cloudwatch.targetGroupMinutes({
      ...{ loadBalancer: of.names.loadBalancer, targetGroups: of.groups },
      ...{ since: of.since, now: of.until, minuteMs: minutesMs(clock, 1) },
      ...(slowSeconds === undefined ? {} : { slowerThanSeconds: slowSeconds }),
    });
    return of.groups.map((group) => {
      const minutes = told.find(({ targetGroup }) => targetGroup === group)?.minutes ?? [];
      return minutes.map(({ at, ...counts }) => [at, counts] as const);
    });
  }

  #completeUntil(): number {
    return this.#minuteOf(this.#surroundings.clock.now() - this.#delayMs());
  }

  #delayMs(): number {
    return secondsMs(this.#surroundings.clock, this.#options.ingestionDelaySeconds);
  }

  #minuteOf(time: number): number {
    const minute = minutesMs(this.#surroundings.clock, 1);
    return Math.floor(time / minute) * minute;
  }
}

/** Undefined where CloudWatch counts no requests by target group: only an Application Load Balancer does. */
function namesOf({ fleets }: Moving): Names | undefined {
  const loadBalancer = fleets?.loadBalancerArn && loadBalancerName(fleets.loadBalancerArn);
  if (!fleets || !loadBalancer?.startsWith('app/')) return undefined;
  const fresh = targetGroupName(fleets.newTargetGroupArn);
  return {
    loadBalancer,
    fresh,
    ...(fleets.oldTargetGroupArn ? { old: targetGroupName(fleets.oldTargetGroupArn) } : {}),
  };
}

/** isCounted tells whether CloudWatch counts the requests of these fleets. */
export function isCounted(moving: Moving): boolean {
  return namesOf(moving) !== undefined;
}
