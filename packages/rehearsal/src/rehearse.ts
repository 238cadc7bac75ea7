import { SlipwayError, messageOf } from '@slipway/core';
import { BAKE_MINUTES, deliverFirst, outputOf, underLoad } from './deliveries.js';
import { builtDigest, disagreement, pushedDigest, registeredDigest, runningDigests } from './digests.js';
import { createEnvironment, createRepository, createService, type Environment } from './infrastructure.js';
import type { LoadInterval } from './load/index.js';
import { buildToRegister, deploy, promote, registerDigest } from './pipeline.js';
import type { Play, RehearsalOptions } from './play.js';
import type { Digests, RehearsalReport, StepReport } from './report.js';
import { setStage, type Stage } from './stage.js';

/** A rehearsal's report, and the answers by version over time for whoever draws them. */
export interface Rehearsal {
  readonly report: RehearsalReport;
  readonly series: readonly LoadInterval[];
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
  const play: Play = { stage, options, job, deliveries: [], counts: [], problems: [] };
  let ended: Awaited<ReturnType<typeof perform>> | undefined;
  let facts: Awaited<ReturnType<typeof lastFacts>> | undefined;
  try {
    ended = await perform(play);
  } catch (error) {
    play.problems.push(error instanceof SlipwayError ? `${error.code}: ${error.message}` : messageOf(error));
  } finally {
    facts = await lastFacts(stage);
    say('  Clearing the stage');
    const leftovers = await stage.strike();
    if (leftovers.length > 0) play.problems.push(`Left behind: ${leftovers.join('; ')}.`);
  }
  signal.throwIfAborted();
  return {
    series: ended?.series ?? [],
    report: {
      outcome: play.problems.length === 0 ? 'succeeded' : 'failed',
      problems: play.problems,
      engine: stage.engine,
      seconds: (Date.now() - startedAt) / 1000,
      deliveries: play.deliveries,
      digests: ended?.digests ?? { built: '', tested: '', pushed: '', registered: '', running: [] },
      counts: play.counts,
      ...facts,
    },
  };
}

async function lastFacts(stage: Stage) {
  const state = (await stage.localAws.state().catch(() => ({}))) as { calls?: Record<string, number> };
  const peak = await stage.peakMemoryMb();
  return { awsCalls: state.calls ?? {}, ...(peak === undefined ? {} : { localAwsPeakMemoryMb: peak }) };
}

async function perform(play: Play) {
  const { stage, options, job } = play;
  options.say('  Setting up staging');
  await createRepository(stage.aws);
  const staging = await createEnvironment(stage.aws, 'staging');

  options.signal.throwIfAborted();
  options.say('  Delivering version 1 to staging: its first');
  const first = await deliverFirst(play, staging);

  options.signal.throwIfAborted();
  options.say('  Delivering version 2 to staging, under load');
  const afterStep = options.afterStep;
  const watchedJob = afterStep ? { ...job, afterStep: (step: StepReport) => afterStep(step, stage) } : job;
  const second = await underLoad(play, staging, {
    version: '2.0.0',
    deliver: async () => {
      const steps = await buildToRegister(watchedJob, '2.0.0', staging.table);
      return [...steps, await deploy(watchedJob, staging.name, outputOf(steps, 'task-definition'))];
    },
  });
  const digests = await readDigests(play, staging, second.steps);
  const differ = disagreement(digests);
  if (differ) play.problems.push(differ);

  if (!options.withoutPromotion) await promoteToProduction(play, staging, first);
  return { digests, series: second.series };
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
    deliver: async () => {
      const registered = await promote(play.job, staging.name, production.table);
      return [registered, await deploy(play.job, production.name, outputOf([registered], 'task-definition'))];
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
