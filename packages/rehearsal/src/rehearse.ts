import { SlipwayError, messageOf } from '@slipway/core';
import { BAKE_MINUTES, deliverFirst, underLoad } from './deliveries.js';
import { outputOf } from './delivery-report.js';
import { builtDigest, disagreement, pushedDigest, registeredDigest, runningDigests } from './digests.js';
import { createEnvironment, createRepository, createService, type Environment } from './infrastructure.js';
import type { LoadInterval } from './load/index.js';
import { buildToRegister, deploy, promote, registerDigest } from './pipeline.js';
import type { Play, RehearsalOptions } from './play.js';
import { lastDelivery, type Digests, type RehearsalReport, type StepReport } from './report.js';
import { setStage, type Stage } from './stage.js';
import type { Wrong } from './verdict.js';
import { LEAST_TOTAL, noticed } from './watch.js';
import { deliverWrong } from './wrong.js';

/** A rehearsal's report, and the answers by version over time for whoever draws them. */
export interface Rehearsal {
  readonly report: RehearsalReport;
  /** One for each of the report's deliveries, in their order; empty where nobody asked. */
  readonly series: readonly (readonly LoadInterval[])[];
}

/** A minute of AWS: its bake time, draining and health checks pass in seconds, and real requests still fit between. */
const MINUTE_MS = 4_000;

/** rehearse delivers the sample application for real and reports what its users noticed. It leaves nothing behind. */
export async function rehearse(options: RehearsalOptions): Promise<Rehearsal> {
  const startedAt = Date.now();
  const baseImage = await options.baseImage();
  options.signal.throwIfAborted();
  const stage = await setStage({ minuteMs: MINUTE_MS, draining: options.draining ?? true }).catch((error: unknown) => {
    // An interrupt reaches local-aws too; that it then did not start is no news.
    options.signal.throwIfAborted();
    throw error;
  });
  const { say, signal } = options;
  const job = { aws: stage.aws, workspace: stage.workspace, temp: stage.temp, baseImage, signal, say };
  const play: Play = { stage, options, job, deliveries: [], series: [], counts: [], problems: [] };
  let digests: Digests | undefined;
  let facts: Awaited<ReturnType<typeof lastFacts>> | undefined;
  try {
    digests = await perform(play);
  } catch (error) {
    play.problems.push(error instanceof SlipwayError ? `${error.code}: ${error.message}` : messageOf(error));
  } finally {
    facts = await lastFacts(stage);
    say('  Clearing the stage');
    const leftovers = await stage.strike();
    if (leftovers.length > 0) play.problems.push(`Left behind: ${leftovers.join('; ')}.`);
  }
  signal.throwIfAborted();
  return { series: play.series, report: { ...reportOf(play, startedAt), ...(digests ? { digests } : {}), ...facts } };
}

function reportOf({ stage, options, deliveries, counts, problems }: Play, startedAt: number) {
  const last = lastDelivery(deliveries);
  return {
    scenario: options.scenario ?? ('everything' as const),
    outcome: problems.length === 0 ? ('succeeded' as const) : ('failed' as const),
    problems,
    engine: stage.engine,
    seconds: (Date.now() - startedAt) / 1000,
    deliveries,
    ...(last ? { last } : {}),
    counts,
  };
}

async function lastFacts(stage: Stage) {
  const state = (await stage.localAws.state().catch(() => ({}))) as { calls?: Record<string, number> };
  const peak = await stage.peakMemoryMb();
  return { awsCalls: state.calls ?? {}, ...(peak === undefined ? {} : { localAwsPeakMemoryMb: peak }) };
}

/** Returns the digests of version 2 where it is delivered to stay. */
async function perform(play: Play): Promise<Digests | undefined> {
  const { stage, options } = play;
  const { scenario, say, signal } = options;
  say('  Setting up staging');
  await createRepository(stage.aws);
  const staging = await createEnvironment(stage.aws, 'staging');

  signal.throwIfAborted();
  say('  Delivering version 1 to staging: its first');
  const first = await deliverFirst(play, staging);

  signal.throwIfAborted();
  if (scenario !== undefined && scenario !== 'good') {
    say(`  ${TITLES[scenario]}, under load`);
    await deliverWrong(play, staging, scenario);
    return undefined;
  }
  const digests = await deliverSecond(play, staging);
  if (!options.withoutPromotion) await promoteToProduction(play, staging, first);
  if (scenario === undefined && !options.withoutPromotion) {
    signal.throwIfAborted();
    say(`  ${TITLES.bad}, under load`);
    await deliverWrong(play, staging, 'bad');
  }
  return digests;
}

const TITLES: Readonly<Record<Wrong, string>> = {
  bad: 'Delivering version 3 to staging, which breaks under traffic',
  'never-healthy': 'Delivering a version to staging that never gets healthy',
  cancel: 'Delivering version 2 to staging, by a job that is cancelled mid-shift',
  kill: 'Delivering version 2 to staging, by a job that dies mid-shift',
};

async function deliverSecond(play: Play, staging: Environment): Promise<Digests> {
  const { stage, options, job } = play;
  options.say('  Delivering version 2 to staging, under load');
  const afterStep = options.afterStep;
  const watchedJob = afterStep ? { ...job, afterStep: (step: StepReport) => afterStep(step, stage) } : job;
  const steps = await underLoad(play, staging, {
    version: '2.0.0',
    leastRequests: LEAST_TOTAL,
    judge: ({ requests }) => noticed(requests),
    deliver: async () => {
      const built = await buildToRegister(watchedJob, { version: '2.0.0', table: staging.table });
      return { steps: [...built, await deploy(watchedJob, staging.name, outputOf(built, 'task-definition'))] };
    },
  });
  const digests = await readDigests(play, staging, steps);
  const differ = disagreement(digests);
  if (differ) play.problems.push(differ);
  return digests;
}

async function promoteToProduction(play: Play, staging: Environment, first: readonly StepReport[]): Promise<void> {
  play.options.say('  Setting up production, with version 1 live');
  const production = await createEnvironment(play.stage.aws, 'production');
  const own = await registerDigest(play.job, outputOf(first, 'digest'), production.table);
  const taskDefinition = outputOf([own], 'task-definition');
  await createService(play.stage.aws, production, { taskDefinition, bakeMinutes: BAKE_MINUTES });

  play.options.say('  Promoting what staging runs to production, under load');
  await underLoad(play, production, {
    version: '2.0.0',
    leastRequests: LEAST_TOTAL,
    judge: ({ requests }) => noticed(requests),
    deliver: async () => {
      const registered = await promote(play.job, staging.name, production.table);
      const deployed = await deploy(play.job, production.name, outputOf([registered], 'task-definition'));
      return { steps: [registered, deployed] };
    },
  });
  const [inStaging, inProduction] = [
    await runningDigests(play.stage.aws, staging.name),
    await runningDigests(play.stage.aws, production.name),
  ];
  if (new Set([...inStaging, ...inProduction]).size !== 1) {
    play.problems.push(`Production runs ${inProduction.join(', ')}, staging ${inStaging.join(', ')}.`);
  }
}

async function readDigests(play: Play, environment: Environment, steps: readonly StepReport[]): Promise<Digests> {
  const find = (action: string): Readonly<Record<string, string>> =>
    steps.find((step) => step.action === action)?.outputs ?? {};
  return {
    built: await builtDigest(find('build-image')['oci-layout'] ?? ''),
    tested: find('integration-test')['tested-digest'] ?? 'none',
    pushed: await pushedDigest(play.stage.aws, '2.0.0'),
    registered: await registeredDigest(play.stage.aws, find('register-task-def')['task-definition'] ?? ''),
    running: await runningDigests(play.stage.aws, environment.name),
  };
}
