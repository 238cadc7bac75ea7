import { SlipwayError } from '@slipway/core';
import { runAction, type ActionEnd } from '@slipway/testkit';
import type { Aws } from './aws.js';
import { CONTAINER, SERVICE } from './infrastructure.js';
import type { StepReport } from './report.js';

/** Where and with what a job of the rehearsal runs. */
export interface Job {
  readonly aws: Aws;
  /** GITHUB_WORKSPACE: the consumer's checkout. */
  readonly workspace: string;
  /** RUNNER_TEMP. */
  readonly temp: string;
  readonly baseImage: string;
  readonly signal: AbortSignal;
  /** Shows a line of progress. */
  readonly say: (line: string) => void;
  /** Called after each step, before the next. */
  readonly afterStep?: (step: StepReport) => Promise<void>;
}

/** A commit of the consumer's repository; the rehearsal's workspace has no history of its own. */
const SHA = '5e1f0a3b'.repeat(5);

/** step runs one action as the runner would: main, and post whatever became of main. */
export async function step(job: Job, action: string, inputs: Readonly<Record<string, string>>): Promise<StepReport> {
  const startedAt = Date.now();
  const start = {
    action,
    inputs,
    workspace: job.workspace,
    temp: job.temp,
    environment: { ...job.aws.environment, GITHUB_SHA: SHA },
  };
  const main = await runAction({
    ...start,
    signal: job.signal,
    killAfterMs: 30_000,
    onLine: (line) => /^ +\d+ s {2}/.test(line) && job.say(`      ${line.trim()}`),
  });
  await runAction({ ...start, phase: 'post', state: main.state });
  const report = { action, seconds: (Date.now() - startedAt) / 1000, outputs: main.outputs };
  if (main.exitCode !== 0) throw stepFailed(report, main);
  job.say(`    ✓ ${action.padEnd(18)} ${report.seconds.toFixed(1).padStart(5)} s  ${main.outputs['outcome'] ?? ''}`);
  await job.afterStep?.(report);
  return report;
}

function stepFailed(report: StepReport, end: ActionEnd): SlipwayError {
  return new SlipwayError({
    code: 'REHEARSAL_STEP_FAILED',
    message: `${report.action} failed: ${end.errors.join(' ') || end.stderr.slice(-2_000) || end.stdout.slice(-2_000)}`,
    hint: 'The lines above show what the action said.',
    kind: 'world',
  });
}

/** buildToRegister takes the source to a registered revision: build, test, push, register. */
export async function buildToRegister(job: Job, version: string, table: string): Promise<StepReport[]> {
  const build = await step(job, 'build-image', {
    context: '.',
    version,
    'build-args': `NODE_IMAGE=${job.baseImage}\nVERSION=${version}`,
  });
  const image = { 'oci-layout': build.outputs['oci-layout'] ?? '', digest: build.outputs['digest'] ?? '' };
  const test = await step(job, 'integration-test', { ...image, suite: 'checks.yml', port: '8080' });
  const push = await step(job, 'push-ecr', {
    'oci-layout': image['oci-layout'],
    digest: test.outputs['tested-digest'] ?? '',
    repository: SERVICE,
    tag: version,
  });
  return [build, test, push, await registerDigest(job, push.outputs['digest'] ?? '', table)];
}

/** registerDigest registers a revision with an image of the registry. */
export function registerDigest(job: Job, digest: string, table: string): Promise<StepReport> {
  return step(job, 'register-task-def', {
    'task-definition': 'task-definition.json',
    container: CONTAINER,
    repository: SERVICE,
    digest,
    environment: `STATE_TABLE=${table}`,
  });
}

/** deploy moves an environment's service to a registered revision. */
export function deploy(job: Job, cluster: string, taskDefinition: string): Promise<StepReport> {
  return step(job, 'bluegreen-deploy', {
    cluster,
    service: SERVICE,
    'task-definition': taskDefinition,
    'timeout-minutes': '60',
    // Without it requests are still in flight to the old tasks when they go: what draining is for has something to do.
    'prove-drained': 'off',
  });
}

/** promote registers what another environment's tasks run, for this one. */
export function promote(job: Job, from: string, table: string): Promise<StepReport> {
  return step(job, 'register-task-def', {
    'task-definition': 'task-definition.json',
    container: CONTAINER,
    'source-cluster': from,
    'source-service': SERVICE,
    environment: `STATE_TABLE=${table}`,
  });
}
