import { poll } from '@slipway/core';
import { systemClock } from '@slipway/runtime';
import { countThreeTimes, miscounted, readBaseline } from './counts.js';
import { eventsOf, outputOf, reportOf, type Delivered, type Note } from './delivery-report.js';
import { createService, type Environment } from './infrastructure.js';
import { startLoad, type Load, type LoadOptions } from './load/index.js';
import { buildToRegister } from './pipeline.js';
import type { Play } from './play.js';
import type { DeliveryReport, StepReport } from './report.js';
import type { TimelineEvent } from './timeline.js';
import { requestsIn, type Stretch } from './watch.js';
import { watchWeights } from './weights.js';

/** How long a load runs before and after a delivery, so that both are seen. */
const MARGIN_MS = 1_000;
/** None: slow requests are then still in flight when the old tasks are taken out, and draining has to hold. */
export const BAKE_MINUTES = 0;

/** deliverFirst delivers version 1, which is what a team has when it comes: built, tested, pushed and registered, and a service made with it. */
export async function deliverFirst(play: Play, environment: Environment): Promise<readonly StepReport[]> {
  const startedAt = Date.now();
  const steps = await buildToRegister(play.job, { version: '1.0.0', table: environment.table });
  const taskDefinition = outputOf(steps, 'task-definition');
  await createService(play.stage.aws, environment, { taskDefinition, bakeMinutes: BAKE_MINUTES });
  const seconds = (Date.now() - startedAt) / 1000;
  play.options.say(`    ✓ ${'service is live'.padEnd(18)} ${environment.url}`);
  play.series.push([]);
  play.deliveries.push({
    environment: environment.name,
    version: '1.0.0',
    outcome: 'succeeded',
    seconds,
    steps,
    requests: { total: 0, failed: 0, byVersion: {} },
    timeline: [...eventsOf(steps), { atMs: seconds * 1000, event: 'service created and live' }],
  });
  return steps;
}

/** A delivery that users watch. */
export interface WatchedDelivery {
  readonly version: string;
  /** Delivers; what is worth a line in the timeline beyond what the steps tell is noted. */
  readonly deliver: (note: Note) => Promise<Delivered>;
  /** Why it cannot be called what it should have been; empty when it can. */
  readonly judge: (delivery: DeliveryReport) => readonly string[];
  /** How many requests have to watch it at least. */
  readonly leastRequests: number;
  /** What they ask, where it is not the usual. */
  readonly load?: Omit<LoadOptions, 'baseUrl'>;
}

/** underLoad runs a delivery while users ask all the time, and tells what they saw. */
export async function underLoad(
  play: Play,
  environment: Environment,
  watched: WatchedDelivery,
): Promise<readonly StepReport[]> {
  const { stage, options } = play;
  const baseline = await readBaseline(stage, environment);
  const load = startLoad({ ...watched.load, baseUrl: environment.url });
  const weights = await watchWeights(stage.aws, environment, () => load.mark());
  try {
    await systemClock.sleep(MARGIN_MS, options.signal);
    const fromMs = load.mark();
    const noted: TimelineEvent[] = [];
    const delivered = await watched.deliver((event) => noted.push({ atMs: load.mark() - fromMs, event }));
    const stretch = await untilWatchedEnough(load, { fromMs, least: watched.leastRequests }, options.signal);
    await weights.stop();
    const figures = await load.stop();
    const delivery = reportOf({ environment, version: watched.version, delivered, noted, stretch, figures, weights });
    play.counts.push(await countThreeTimes(stage, environment, { client: figures.total, baseline }));
    const differ = play.counts.slice(-1).flatMap((counts) => miscounted(counts) ?? []);
    play.problems.push(...watched.judge(delivery), ...differ);
    play.deliveries.push(delivery);
    play.series.push(figures.series.filter(({ atMs }) => atMs >= stretch.fromMs));
    const { total, failed, byVersion } = delivery.requests;
    options.say(`    ✓ ${total} requests, ${failed} failed: ${answersOf(byVersion)}`);
    return delivered.steps;
  } finally {
    await Promise.allSettled([load.stop(), weights.stop()]);
  }
}

function answersOf(byVersion: Readonly<Record<string, number>>): string {
  return Object.entries(byVersion)
    .map(([version, count]) => `${count} by ${version}`)
    .join(', ');
}

/** A fast machine delivers before enough requests have watched: the load then goes on for a while. */
async function untilWatchedEnough(
  load: Load,
  { fromMs, least }: { readonly fromMs: number; readonly least: number },
  signal: AbortSignal,
): Promise<Stretch> {
  await systemClock.sleep(MARGIN_MS, signal);
  return poll({
    clock: systemClock,
    intervalMs: 200,
    deadline: systemClock.now() + 60_000,
    signal,
    look: () => Promise.resolve({ fromMs, toMs: load.mark() }),
    done: (stretch) => requestsIn(load.figures(), stretch) >= least,
  });
}
