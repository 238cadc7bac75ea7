import type { LoadShape, Measurement } from './generate.js';
import { Recorder, type Latency, type LoadSecond } from './recorder.js';

/** LoadFigures is what a load came to. */
export interface LoadFigures {
  readonly seconds: number;
  /** The rate that was asked for; absent where each connection sent as fast as it could. */
  readonly perSecond?: number;
  /** How many were due within `seconds`; absent where each connection sent as fast as it could. */
  readonly asked?: number;
  readonly sent: number;
  /** Those that got no whole answer, or one with another status than expected. */
  readonly failed: number;
  /** `failed` of `sent`, in percent. */
  readonly errorPercent: number;
  /** `failed`, by what went wrong. */
  readonly problems: Readonly<Record<string, number>>;
  /** Of all requests, failed ones too, from when they were due. */
  readonly latencyMs: Latency;
  /** By how much we ourselves were late, for 99 of 100 requests. */
  readonly lagMs: number;
  /** The shares of the time in which our process, and all processors of the machine, were at work; 0 to 1. */
  readonly busy: { readonly process: number; readonly machine: number };
  readonly series: readonly LoadSecond[];
}

/** figuresOf adds up measurements of one service, in the order in which they were made. */
export function figuresOf(
  measurements: readonly Measurement[],
  { perSecond }: Pick<LoadShape, 'perSecond'>,
): LoadFigures {
  const total = new Recorder();
  for (const { recorder } of measurements) total.add(recorder);
  const seconds = measurements.reduce((sum, one) => sum + one.seconds, 0);
  const { sent, unsent, failed } = total;
  return {
    seconds: rounded(seconds),
    ...(perSecond === undefined ? {} : { perSecond, asked: sent + unsent }),
    sent,
    failed,
    errorPercent: sent === 0 ? 100 : rounded((failed / sent) * 100),
    problems: Object.fromEntries([...total.problems].sort(([, a], [, b]) => b - a)),
    latencyMs: total.latency(),
    lagMs: total.lagMs(),
    busy: {
      process: rounded(Math.max(...measurements.map(({ busy }) => busy.process))),
      machine: rounded(Math.max(...measurements.map(({ busy }) => busy.machine))),
    },
    // What came after the end is no second of the load.
    series: measurements.flatMap((one) => one.recorder.seconds().slice(0, Math.max(1, Math.round(one.seconds)))),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
