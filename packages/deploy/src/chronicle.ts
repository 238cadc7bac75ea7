import type { ServiceDeploymentState } from '@slipway/aws';
import { secondsMs } from '@slipway/core';
import { describeChange, type TimelineEvent } from '@slipway/delivery';
import type { Surroundings } from './ports.js';

/** Chronicle remembers what was seen of a deployment, tells each change once, and knows since when things are so. */
export class Chronicle {
  readonly timeline: TimelineEvent[] = [];
  /** The new revision's share of the production traffic over time. */
  readonly shares: { readonly atMs: number; readonly percent: number }[] = [];
  readonly startedAt: number;
  /** What was seen last. */
  last: ServiceDeploymentState | undefined;
  /** Since when the deployment is in its stage with its share; milliseconds since the epoch, as all times here. */
  stageSince: number;
  trafficSince: number | undefined;
  shareSince: number | undefined;
  readonly #surroundings: Pick<Surroundings, 'clock' | 'log'>;
  readonly #hooks = new Map<string, number>();

  constructor(surroundings: Pick<Surroundings, 'clock' | 'log'>) {
    this.#surroundings = surroundings;
    this.startedAt = surroundings.clock.now();
    this.stageSince = this.startedAt;
  }

  /** Returns what changed, in words; undefined when nothing did. */
  note(seen: ServiceDeploymentState): string | undefined {
    const now = this.#surroundings.clock.now();
    const before = this.last;
    const percent = seen.productionWeight ?? 0;
    for (const { id } of seen.hooks) if (!this.#hooks.has(id)) this.#hooks.set(id, now);
    if (before?.lifecycleStage !== seen.lifecycleStage || before?.productionWeight !== seen.productionWeight) {
      this.stageSince = now;
    }
    if (percent !== (before?.productionWeight ?? 0)) {
      this.shareSince = now;
      this.shares.push({ atMs: now - this.startedAt, percent });
      if (percent > 0) this.trafficSince ??= now;
    }
    const change = describeChange(before, seen);
    if (change) this.tell(change);
    this.last = seen;
    return change;
  }

  tell(event: string): void {
    const { clock, log } = this.#surroundings;
    this.timeline.push({ atMs: clock.now() - this.startedAt, event });
    log.info(`${String(this.seconds()).padStart(5)} s  ${event}`);
  }

  /** When a hook was first seen. */
  hookSince(id: string): number {
    return this.#hooks.get(id) ?? this.#surroundings.clock.now();
  }

  /** How long the deployment has been followed. */
  seconds(): number {
    const { clock } = this.#surroundings;
    return Math.round((clock.now() - this.startedAt) / secondsMs(clock, 1));
  }
}
