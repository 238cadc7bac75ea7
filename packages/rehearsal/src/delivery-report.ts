import type { Environment } from './infrastructure.js';
import type { LoadFigures } from './load/index.js';
import type { DeliveryReport, StepReport } from './report.js';
import type { TimelineEvent } from './timeline.js';
import { firstFailure, requestsOf, type Stretch } from './watch.js';
import { shiftOf, type WeightWatch } from './weights.js';

/** Notes what happens now. */
export type Note = (event: string) => void;

/** How a delivery ended: its steps, and what those cannot say themselves. */
export interface Delivered {
  readonly steps: readonly StepReport[];
  /** The last step's own where it ended by itself. */
  readonly outcome?: string;
  readonly because?: string;
}

/** Everything that is known of a delivery when it has ended. */
export interface Seen {
  readonly environment: Environment;
  readonly version: string;
  readonly delivered: Delivered;
  readonly noted: readonly TimelineEvent[];
  readonly stretch: Stretch;
  readonly figures: LoadFigures;
  readonly weights: WeightWatch;
}

/** reportOf puts together what steps, users and weights tell of a delivery. */
export function reportOf(seen: Seen): DeliveryReport {
  const { environment, version, delivered, stretch, figures, weights } = seen;
  const { steps } = delivered;
  const { takenBackAtMs, ...shift } = shiftOf(weights.changes);
  const failedAtMs = firstFailure(figures, stretch);
  const isTimed = failedAtMs !== undefined && takenBackAtMs !== undefined;
  const timeline = [...eventsOf(steps), ...witnessed(seen, failedAtMs, takenBackAtMs)];
  return {
    environment: environment.name,
    version,
    outcome: delivered.outcome ?? outputOf(steps, 'outcome'),
    seconds: steps.reduce((sum, step) => sum + step.seconds, 0),
    steps,
    requests: requestsOf(figures, stretch, version),
    takeBack: {
      because: delivered.because ?? outputOf(steps, 'rolled-back-because'),
      ...shift,
      ...(isTimed ? { secondsToTakeBack: Math.max(0, takenBackAtMs - failedAtMs) / 1000 } : {}),
    },
    timeline: timeline.sort((a, b) => a.atMs - b.atMs),
  };
}

/** What users and the load balancer say, beside the action; times of the load become the delivery's. */
function witnessed({ version, noted, stretch }: Seen, failedAtMs?: number, takenBackAtMs?: number) {
  const events = [...noted];
  const add = (atMs: number | undefined, event: string): void => {
    if (atMs !== undefined) events.push({ atMs: atMs - stretch.fromMs, event });
  };
  add(failedAtMs, 'the first request fails');
  add(takenBackAtMs, `${version} is given no traffic any more`);
  return events;
}

/** outputOf returns an output of the last of some steps. */
export function outputOf(steps: readonly StepReport[], name: string): string {
  return steps.at(-1)?.outputs[name] ?? '';
}

/** eventsOf returns what each step told, and when and how it ended. */
export function eventsOf(steps: readonly StepReport[]): readonly TimelineEvent[] {
  let startMs = 0;
  return steps.flatMap(({ action, seconds, outputs, told }) => {
    const during = told.map(({ atMs, event }) => ({ atMs: startMs + atMs, event: `  ${event}` }));
    startMs += seconds * 1000;
    return [...during, { atMs: startMs, event: `${action}: ${outputs['outcome'] ?? 'no outcome'}` }];
  });
}
