import {
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  ListServiceDeploymentsCommand,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import { poll } from '@slipway/core';
import { systemClock } from '@slipway/runtime';
import type { Aws } from './aws.js';
import type { Delivered } from './delivery-report.js';
import { SERVICE } from './infrastructure.js';
import { attempt } from './pipeline.js';
import type { Play } from './play.js';
import type { WrongDeploy } from './wrong-deploy.js';

/** How often ECS is asked: a pause of a rehearsal is seconds long. */
const EVERY_MS = 200;
/** The pause is some minutes longer than this, and nobody answers it: it decides how long the rehearsal waits. */
const ANALYSIS_MINUTES = 3;
/** Real time for what takes minutes of AWS: the pause that nobody answers, and the way back. */
const WITHIN_MS = 180_000;

/**
 * killAtPause ends the action for good while a pause waits for its answer, mid-shift, and waits until ECS has gone back
 * by itself. Then the next run puts right what the dead one left on the service.
 */
export async function killAtPause({ play, start, note }: WrongDeploy): Promise<Delivered> {
  const { aws, signal } = play.job;
  const cluster = start.inputs['cluster'] ?? '';
  const started = new Date();
  const newest = (): Promise<ServiceDeployment | undefined> => newestDeployment(aws, cluster, started);
  const until = (done: (seen: ServiceDeployment | undefined) => boolean): Promise<ServiceDeployment | undefined> =>
    poll({ clock: systemClock, intervalMs: EVERY_MS, deadline: Date.now() + WITHIN_MS, signal, look: newest, done });

  let pid = 0;
  const inputs = { ...start.inputs, 'analysis-minutes': String(ANALYSIS_MINUTES) };
  const main = attempt(play.job, { ...start, inputs, isKilled: true, onStart: (one) => (pid = one) });
  await Promise.race([until(standsMidShift), main]);
  note('SIGKILL to the action, while a pause waits for its answer');
  process.kill(pid, 'SIGKILL');
  const { report } = await main;
  const ended = await until((seen) => seen?.finishedAt !== undefined);
  note(`ECS by itself: ${ended?.status ?? 'unknown'}`);
  await reconcile(play, cluster, note);
  return { steps: [report], outcome: 'killed', because: ended?.rollback?.reason ?? ended?.statusReason ?? '' };
}

/** The deployment of this run; deployments from before are none of its business. */
async function newestDeployment({ ecs }: Aws, cluster: string, after: Date): Promise<ServiceDeployment | undefined> {
  const listed = await ecs.send(
    new ListServiceDeploymentsCommand({ cluster, service: SERVICE, createdAt: { after } }),
  );
  const arn = listed.serviceDeployments?.[0]?.serviceDeploymentArn;
  if (arn === undefined) return undefined;
  const told = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }));
  return told.serviceDeployments?.[0];
}

function standsMidShift(seen: ServiceDeployment | undefined): boolean {
  const waits = seen?.lifecycleHookDetails?.some(({ status }) => status === 'AWAITING_ACTION') ?? false;
  return waits && (seen?.targetServiceRevision?.requestedProductionTrafficWeight ?? 0) > 0;
}

/** `mode: reconcile` is the hand that a person would lend after a runner died; the next delivery does it by itself. */
async function reconcile(play: Play, cluster: string, note: WrongDeploy['note']): Promise<void> {
  const before = await leftOn(play.job.aws, cluster);
  if (before.length === 0) play.problems.push('The killed action left nothing on the service: it was killed too early.');
  const { report } = await attempt(play.job, {
    action: 'bluegreen-deploy',
    inputs: { cluster, service: SERVICE, mode: 'reconcile' },
  });
  note(`mode: reconcile: ${report.outputs['outcome'] ?? 'no outcome'}`);
  const after = await leftOn(play.job.aws, cluster);
  if (after.length > 0) play.problems.push(`Left on the service after mode: reconcile: ${after.join(', ')}.`);
}

/** What a run leaves on a service while it delivers: its marks and its pauses. The rehearsal's service has none of its own. */
async function leftOn({ ecs }: Aws, cluster: string): Promise<readonly string[]> {
  const { services } = await ecs.send(
    new DescribeServicesCommand({ cluster, services: [SERVICE], include: ['TAGS'] }),
  );
  const { tags = [], deploymentConfiguration } = services?.[0] ?? {};
  const marks = tags.flatMap(({ key = '' }) => (key.startsWith('slipway:') ? [key] : []));
  const pauses = (deploymentConfiguration?.lifecycleHooks ?? []).map(({ targetType = 'hook' }) => targetType);
  const strategy = deploymentConfiguration?.strategy ?? 'none';
  return [...marks, ...pauses, ...(strategy === 'BLUE_GREEN' ? [] : [strategy])];
}
