import { SlipwayError } from '@slipway/core';
import { runAction, type ActionEnd } from '@slipway/testkit';
import type { Aws } from './aws.js';
import { CONTAINER, SERVICE } from './infrastructure.js';
import type { StepReport } from './report.js';
import type { TimelineEvent } from './timeline.js';

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

/** How an action is started, beyond the usual. */
export interface StepStart {
  readonly action: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly onStart?: (pid: number) => void;
  readonly onLine?: (line: string) => void;
  /** Main dies and nothing of its job goes on: there is no post. */
  readonly isKilled?: boolean;
}

/** step runs one action as the runner would, and throws when the step is red. @throws SlipwayError REHEARSAL_STEP_FAILED */
export async function step(job: Job, action: string, inputs: Readonly<Record<string, string>>): Promise<StepReport> {
  const { report, end } = await attempt(job, { action, inputs });
  if (end.exitCode !== 0) throw stepFailed(report, end);
  await job.afterStep?.(report);
  return report;
}

/** attempt runs one action as the runner would, main and post, and returns how that was: a red step is a result. */
export async function attempt(job: Job, step: StepStart): Promise<{ report: StepReport; end: ActionEnd }> {
  const startedAt = Date.now();
  const told: TimelineEvent[] = [];
  const { action, inputs, onStart, onLine, isKilled } = step;
  const environment = { ...job.aws.environment, GITHUB_SHA: SHA };
  const start = { action, inputs, workspace: job.workspace, temp: job.temp, environment };
  const end = await runAction({
    ...start,
    signal: job.signal,
    killAfterMs: 30_000,
    ...(onStart ? { onStart } : {}),
    onLine: (line) => {
      const event = PROGRESS.exec(line)?.[1];
      if (event !== undefined) {
        job.say(`      ${line.trim()}`);
        told.push({ atMs: Date.now() - startedAt, event });
      }
      onLine?.(line);
    },
  });
  if (!isKilled) await runAction({ ...start, phase: 'post', state: end.state });
  const report = { action, seconds: (Date.now() - startedAt) / 1000, outputs: end.outputs, errors: end.errors, told };
  const sign = end.exitCode === 0 ? '✓' : '✗';
  const outcome = isKilled ? 'killed' : (end.outputs['outcome'] ?? '');
  job.say(`    ${sign} ${action.padEnd(18)} ${report.seconds.toFixed(1).padStart(5)} s  ${outcome}`);
  return { report, end };
}

/** A line by which a deployment tells a change: AWS's seconds, and what happened. */
const PROGRESS = /^ +\d+ s {2}(.*)$/;

function stepFailed(report: StepReport, end: ActionEnd): SlipwayError {
  return new SlipwayError({
    code: 'REHEARSAL_STEP_FAILED',
    message: `${report.action} failed: ${end.errors.join(' ') || end.stderr.slice(-2_000) || end.stdout.slice(-2_000)}`,
    hint: 'The lines above show what the action said.',
    kind: 'world',
  });
}

/** What is built and registered. */
export interface Release {
  readonly version: string;
  /** The DynamoDB table of the environment. */
  readonly table: string;
  /** What is wrong with it on purpose, by the sample application's name for it. */
  readonly fault?: string;
}

/** buildToRegister takes the source to a registered revision: build, test, push, register. */
export async function buildToRegister(job: Job, release: Release): Promise<StepReport[]> {
  const { version, table, fault = '' } = release;
  const build = await step(job, 'build-image', {
    context: '.',
    version,
    'build-args': `NODE_IMAGE=${job.baseImage}\nVERSION=${version}\nFAULT=${fault}`,
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

/**
 * How a delivery is judged that may turn out to be a bad one: a tenth of the traffic first, and the errors of both
 * fleets compared.
 */
export const JUDGED: Readonly<Record<string, string>> = {
  strategy: 'canary',
  'canary-percent': '10',
  'canary-bake-minutes': '1',
  analysis: 'true',
  'analysis-minutes': '10',
  'timeout-minutes': '60',
};

/** judgedDeploy is the start of a deploy step that compares before it gives all traffic. */
export function judgedDeploy(cluster: string, taskDefinition: string): StepStart {
  const inputs = { cluster, service: SERVICE, 'task-definition': taskDefinition, ...JUDGED };
  return { action: 'bluegreen-deploy', inputs };
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
