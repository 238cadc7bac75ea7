import { DescribeRulesCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { messageOf } from '@slipway/core';
import { systemClock } from '@slipway/runtime';
import type { Aws } from './aws.js';
import type { Environment } from './infrastructure.js';

/** The weights of the production rule from a moment on, by the names of the target groups. */
export interface Weights {
  /** On the time axis of whoever watches. */
  readonly atMs: number;
  readonly byGroup: Readonly<Record<string, number>>;
}

/** A watch over the weights, independent of what the action under test says. */
export interface WeightWatch {
  /** Each change so far, the first entry being what there was at the start. */
  readonly changes: readonly Weights[];
  /** Looks a last time and ends. */
  stop(): Promise<void>;
}

/** How exactly a change is timed. */
const EVERY_MS = 200;

/** watchWeights reads the production rule again and again. Its first read is done when it resolves. */
export async function watchWeights(aws: Aws, environment: Environment, mark: () => number): Promise<WeightWatch> {
  const changes: Weights[] = [];
  const stopping = new AbortController();
  const look = async (): Promise<void> => {
    const byGroup = await readWeights(aws, environment);
    if (JSON.stringify(byGroup) !== JSON.stringify(changes.at(-1)?.byGroup)) changes.push({ atMs: mark(), byGroup });
  };
  await look();
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      await systemClock.sleep(EVERY_MS, stopping.signal).catch(() => undefined);
      await look();
    }
  })().then(
    () => undefined,
    (error: unknown) => new Error(`The weights could not be watched: ${messageOf(error)}`),
  );
  return {
    changes,
    stop: async () => {
      stopping.abort();
      const failed = await watching;
      if (failed) throw failed;
    },
  };
}

async function readWeights({ elb }: Aws, { productionRule }: Environment): Promise<Weights['byGroup']> {
  const { Rules } = await elb.send(new DescribeRulesCommand({ RuleArns: [productionRule] }));
  const groups = Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
  const named = groups.map(({ TargetGroupArn = '', Weight = 0 }) => [TargetGroupArn.split('/')[1] ?? '', Weight] as const);
  return Object.fromEntries(named.sort(([one], [other]) => one.localeCompare(other)));
}

/** What became of the traffic, by the weights. */
export interface Shift {
  /** The most of the production traffic that the new fleet was given, in percent. */
  readonly highestPercent: number;
  readonly percentAtEnd: number;
  /** When it had nothing any more after it had had something; on the watch's axis. */
  readonly takenBackAtMs?: number;
  readonly weightsAtEnd: Readonly<Record<string, number>>;
}

/** shiftOf reads off what a fleet that had no weight at the start was given, and when it was taken back. */
export function shiftOf(changes: readonly Weights[]): Shift {
  const before = changes[0]?.byGroup ?? {};
  const fresh = Object.keys(before).filter((group) => before[group] === 0);
  const shares = changes.map(({ atMs, byGroup }) => {
    const total = Object.values(byGroup).reduce((sum, weight) => sum + weight, 0);
    const given = fresh.reduce((sum, group) => sum + (byGroup[group] ?? 0), 0);
    return { atMs, percent: total === 0 ? 0 : (given / total) * 100 };
  });
  const first = shares.findIndex(({ percent }) => percent > 0);
  const percentAtEnd = shares.at(-1)?.percent ?? 0;
  const back = first >= 0 && percentAtEnd === 0 ? shares.at(-1) : undefined;
  return {
    highestPercent: Math.max(0, ...shares.map(({ percent }) => percent)),
    percentAtEnd,
    ...(back ? { takenBackAtMs: back.atMs } : {}),
    weightsAtEnd: changes.at(-1)?.byGroup ?? {},
  };
}
