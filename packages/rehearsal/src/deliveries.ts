import { readFile } from 'node:fs/promises';
import { poll } from '@slipway/core';
import { systemClock } from '@slipway/runtime';
import { countThreeTimes, miscounted, readBaseline } from './counts.js';
import { createService, type Environment } from './infrastructure.js';
import { startLoad, type Load } from './load/index.js';
import { buildToRegister } from './pipeline.js';
import type { Play } from './play.js';
import type { StepReport } from './report.js';
import { enough, noticed, requestsOf, type Stretch } from './watch.js';

/** How long a load runs before and after a delivery, so that both are seen. */
const MARGIN_MS = 1_000;
/** None: slow requests are then still in flight when the old tasks are taken out, and draining has to hold. */
export const BAKE_MINUTES = 0;

/** deliverFirst delivers version 1, which is what a team has when it comes: built, tested, pushed and registered, and a service made with it. */
export async function deliverFirst(play: Play, environment: Environment): Promise<readonly StepReport[]> {
  const startedAt = Date.now();
  const steps = await buildToRegister(play.job, '1.0.0', environment.table);
  const taskDefinition = outputOf(steps, 'task-definition');
  await createService(play.stage.aws, environment, { taskDefinition, bakeMinutes: BAKE_MINUTES });
  const seconds = (Date.now() - startedAt) / 1000;
  play.options.say(`    ✓ ${'service is live'.padEnd(18)} ${environment.url}`);
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
  readonly deliver: () => Promise<StepReport[]>;
}

/** underLoad runs a delivery while users ask all the time, and tells what they saw. */
export async function underLoad(play: Play, environment: Environment, watched: WatchedDelivery) {
  const { stage, options } = play;
  const baseline = await readBaseline(stage, environment);
  const load = startLoad({ baseUrl: environment.url });
  try {
    await systemClock.sleep(MARGIN_MS, options.signal);
    const fromMs = load.mark();
    const steps = await watched.deliver();
    const stretch = await untilWatchedEnough(load, fromMs, options.signal);
    const figures = await load.stop();
    const requests = requestsOf(figures, stretch, watched.version);
    play.counts.push(await countThreeTimes(stage, environment, { client: figures.total, baseline }));
    play.problems.push(...noticed(requests), ...play.counts.slice(-1).flatMap((counts) => miscounted(counts) ?? []));
    const seconds = steps.reduce((sum, step) => sum + step.seconds, 0);
    play.deliveries.push({
      environment: environment.name,
      version: watched.version,
      outcome: outputOf(steps, 'outcome'),
      seconds,
      steps,
      requests,
      timeline: [...eventsOf(steps), ...(await deploymentEvents(steps))].sort((a, b) => a.atMs - b.atMs),
    });
    options.say(`    ✓ ${requests.total} requests, ${requests.failed} failed: ${answersOf(requests.byVersion)}`);
    return { steps, series: figures.series.filter(({ atMs }) => atMs >= stretch.fromMs) };
  } finally {
    await load.stop();
  }
}

function answersOf(byVersion: Readonly<Record<string, number>>): string {
  return Object.entries(byVersion)
    .map(([version, count]) => `${count} by ${version}`)
    .join(', ');
}

/** A fast machine delivers before enough requests have watched: the load then goes on for a while. */
async function untilWatchedEnough(load: Load, fromMs: number, signal: AbortSignal): Promise<Stretch> {
  await systemClock.sleep(MARGIN_MS, signal);
  return poll({
    clock: systemClock,
    intervalMs: 200,
    deadline: systemClock.now() + 60_000,
    signal,
    look: () => Promise.resolve({ fromMs, toMs: load.mark() }),
    done: (stretch) => enough(load.figures(), stretch),
  });
}

/** outputOf returns an output of the last of some steps. */
export function outputOf(steps: readonly StepReport[], name: string): string {
  return steps.at(-1)?.outputs[name] ?? '';
}

function eventsOf(steps: readonly StepReport[]) {
  let atMs = 0;
  return steps.map(({ action, seconds, outputs }) => {
    atMs += seconds * 1000;
    return { atMs, event: `${action}: ${outputs['outcome'] ?? ''}` };
  });
}

/** The deploy step's own timeline, moved onto the delivery's. */
async function deploymentEvents(steps: readonly StepReport[]) {
  const last = steps.at(-1);
  const file = last?.outputs['report'];
  if (!last || !file) return [];
  const { timeline = [] } = JSON.parse(await readFile(file, 'utf8')) as {
    timeline?: { atMs: number; event: string }[];
  };
  const startMs = steps.slice(0, -1).reduce((sum, step) => sum + step.seconds * 1000, 0);
  return timeline.map(({ atMs, event }) => ({ atMs: startMs + atMs, event: `  ${event}` }));
}

