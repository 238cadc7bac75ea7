import type { Scenario } from './scenario.js';
import type { TimelineEvent } from './timeline.js';

/** What a rehearsal came to: rehearsal/report.json. */
export interface RehearsalReport {
  /** `everything` when none was named. */
  readonly scenario: Scenario | 'everything';
  readonly outcome: 'succeeded' | 'failed';
  /** Why it failed; empty when it succeeded. */
  readonly problems: readonly string[];
  /** The Docker engine that ran it. */
  readonly engine: string;
  readonly seconds: number;
  readonly deliveries: readonly DeliveryReport[];
  /** The figures of the last delivery; absent when none came to its end. */
  readonly last?: LastDelivery;
  /** Of version 2 in staging, each from a source of its own; absent where it is not what is rehearsed. */
  readonly digests?: Digests;
  readonly counts: readonly Counts[];
  /** API calls by `service:operation`. */
  readonly awsCalls: Readonly<Record<string, number>>;
  /** The most memory that local-aws held, where the system tells. */
  readonly localAwsPeakMemoryMb?: number;
}

export interface DeliveryReport {
  readonly environment: string;
  readonly version: string;
  readonly outcome: string;
  readonly seconds: number;
  readonly steps: readonly StepReport[];
  readonly requests: Requests;
  /** Absent for the first delivery, which takes no traffic from anybody. */
  readonly takeBack?: TakeBack;
  /** On the delivery's own time axis. */
  readonly timeline: readonly TimelineEvent[];
}

/** How a delivery ended that may have been taken back. */
export interface TakeBack {
  /** What the action, or else ECS, says; empty when it was not taken back. */
  readonly because: string;
  /** The most of the production traffic that the new version was given, in percent. */
  readonly highestPercent: number;
  /** The same at the end: 0 when it was taken back. */
  readonly percentAtEnd: number;
  /** From the first failed request until the new version was given no traffic any more; absent where there is none. */
  readonly secondsToTakeBack?: number;
  /** Of the production rule, by the target groups' names. */
  readonly weightsAtEnd: Readonly<Record<string, number>>;
}

/** The figures of a delivery, in one place. */
export interface LastDelivery extends TakeBack {
  readonly environment: string;
  readonly version: string;
  readonly outcome: string;
  readonly requests: number;
  readonly failedRequests: number;
}

export interface StepReport {
  readonly action: string;
  readonly seconds: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** Its error annotations; none when it is green. */
  readonly errors: readonly string[];
  /** What it told while it ran, from its start. */
  readonly told: readonly TimelineEvent[];
}

/** What users saw during a delivery. */
export interface Requests {
  readonly total: number;
  readonly failed: number;
  readonly byVersion: Readonly<Record<string, number>>;
  /** The first that failed, and of what; absent when none did. */
  readonly failures?: readonly { readonly kind: string; readonly atMs: number; readonly message: string }[];
  /** Those that ended within three seconds of the first answer of the new version. */
  readonly aroundShift?: number;
  /** Slow ones that were in flight when the new version first answered. */
  readonly slowDuringShift?: number;
  readonly latencyMs?: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
}

/** lastDelivery returns the figures of the last of some deliveries. */
export function lastDelivery(deliveries: readonly DeliveryReport[]): LastDelivery | undefined {
  const last = deliveries.at(-1);
  if (!last?.takeBack) return undefined;
  const { environment, version, outcome, requests, takeBack } = last;
  return { environment, version, outcome, requests: requests.total, failedRequests: requests.failed, ...takeBack };
}

/** renderLast tells the figures of a delivery in one line. */
export function renderLast(last: LastDelivery): string {
  const { version, environment, outcome, requests, failedRequests, secondsToTakeBack, weightsAtEnd, because } = last;
  const weights = Object.entries(weightsAtEnd).map(([group, weight]) => `${group} ${weight}`);
  return [
    `${version} to ${environment}: ${outcome}; ${failedRequests} of ${requests} requests failed`,
    ...(secondsToTakeBack === undefined ? [] : [`taken back ${secondsToTakeBack.toFixed(1)} s after the first`]),
    `weights at the end: ${weights.join(', ')}`,
    ...(because === '' ? [] : [`because: ${because}`]),
  ].join('; ');
}

export interface Digests {
  /** The hash of the manifest in the OCI layout. */
  readonly built: string;
  /** What the engine says the tested container ran. */
  readonly tested: string;
  /** The hash of the manifest that the registry returns for the tag. */
  readonly pushed: string;
  /** In the task definition, as ECS describes it. */
  readonly registered: string;
  /** Of every running task, as its engine pulled it. */
  readonly running: readonly string[];
}

/** The same requests counted in three places. */
export interface Counts {
  readonly environment: string;
  readonly client: number;
  readonly loadBalancer: number;
  readonly service: number;
}
