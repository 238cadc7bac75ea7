import {
  assertAccountAllowed,
  type ServiceDeploymentState,
  type ServiceState,
  type TaskDefinitionRevision,
} from '@slipway/aws';
import { SlipwayError, minutesMs, secondsMs } from '@slipway/core';
import { LIFTABLE, isInFlight, isShifting, phaseOf, shortName, type Intent } from '@slipway/delivery';
import type { Delivered } from '../conclude.js';
import { deliver } from '../deliver.js';
import { findService, servingTaskDefinition, taskDefinitionOf } from '../observe.js';
import { proveRunning } from '../proof.js';
import type { Run } from '../run.js';
import { candidateOf, candidatesOf, type Candidates } from './candidates.js';
import { choose, demandUsable, findMeant, targetFrom, type Target } from './choose.js';
import { releaseHold, setHold } from './hold.js';
import type { Images } from './images.js';
import { stopInFlight } from './stop.js';
import { tellCandidates } from './tell-candidates.js';

/** What a person asks for. */
export interface Rollback {
  /** Absent: the last revision that was deployed successfully before the one that runs. */
  readonly to?: string;
  /** Go back from this revision and from no other. */
  readonly from?: string;
  readonly hold: 'none' | 'set' | 'release';
  /** Who holds, and why. */
  readonly holdText: string;
  /** `fast` moves all traffic at once, without a bake; `service` goes the service's own way. */
  readonly strategy: 'fast' | 'service';
  readonly images: Images;
}

/** rollBack goes back: it stops what is under way, or deploys what was deployed successfully before. */
export async function rollBack(run: Run, rollback: Rollback): Promise<Delivered> {
  const { aws, request } = run;
  await assertAccountAllowed(aws.sts, request.allowedAccountIds);
  const service = await findService(aws, request.cluster, request.service);
  if (rollback.hold === 'release') return release(run, service);
  const situation = await look(run, service, rollback);
  if (rollback.from !== undefined && !isNamed(rollback.from, leavesFrom(situation)))
    return leave(run, rollback.from, leavesFrom(situation));
  if (request.dryRun) return plan(run, rollback, situation);
  // Before anything moves: no delivery may start while we go back.
  if (rollback.hold === 'set') await setHold(run, service, rollback.holdText);
  if (situation.isUnderWay) run.log.info('What is under way goes where this rollback would lead: it is waited for.');
  if (!situation.inFlight || situation.isUnderWay) return deploy(run, rollback, situation);
  return stop(run, rollback, { ...situation, inFlight: situation.inFlight });
}

/** What a rollback starts from. */
interface Situation {
  readonly service: ServiceState;
  readonly running: TaskDefinitionRevision;
  readonly candidates: Candidates;
  readonly target: Target;
  /** The ARN of a deployment that has not ended, and what it deploys. */
  readonly inFlight?: { readonly arn: string; readonly taskDefinition?: string };
  /** What is under way is what was asked for. */
  readonly isUnderWay: boolean;
}

async function look(run: Run, service: ServiceState, { to, images }: Rollback): Promise<Situation> {
  const { aws, request } = run;
  const { cluster, service: name } = request;
  const brief = (await aws.ecs.serviceDeployments(cluster, name)).find(({ status }) => isInFlight(status));
  const deployed = brief ? await taskDefinitionOf(aws, brief) : undefined;
  const running = await runningOf(run, service, brief?.arn);
  const candidates = await candidatesOf(aws, images, { cluster, service: name, running });
  const target = targetFrom(to, running.family);
  await tellCandidates(run, shortName(running.arn), candidates);
  const wanted = deployed === undefined ? undefined : await wantedOf(target, candidates, images);
  return {
    service,
    running,
    candidates,
    target,
    // Somebody goes back already, too: to stop that one would lead to the very revision that one wants to leave.
    isUnderWay: deployed !== undefined && wanted !== undefined && isNamed(wanted, deployed),
    ...(brief ? { inFlight: { arn: brief.arn, ...(deployed ? { taskDefinition: deployed } : {}) } } : {}),
  };
}

async function runningOf({ aws }: Run, service: ServiceState, inFlightArn?: string): Promise<TaskDefinitionRevision> {
  const arn = (await servingTaskDefinition(aws, service, inFlightArn)) ?? service.taskDefinitionArn;
  const found = await aws.ecs.taskDefinition(arn);
  if (found) return found;
  // A deleted one still runs: its name is all that is left of it.
  const name = shortName(arn);
  const at = name.lastIndexOf(':');
  return { arn, family: name.slice(0, at), revision: Number(name.slice(at + 1)), status: 'DELETED', containers: [] };
}

/** What going back would lead to, by its name; undefined where nothing of the history is meant. */
async function wantedOf(target: Target, { all }: Candidates, images: Images): Promise<string | undefined> {
  return target.kind === 'revision' ? target.reference : (await findMeant(target, all, images))?.arn;
}

function isNamed(reference: string, arn: string): boolean {
  return reference === arn || reference === shortName(arn);
}

/** The revision that going back leaves: the one under way, else the one that runs. */
function leavesFrom({ inFlight, running }: Situation): string {
  return inFlight?.taskDefinition ?? running.arn;
}

/** Somebody else's delivery is not ours to undo. */
async function leave(run: Run, from: string, current: string): Promise<Delivered> {
  const text = `${run.request.service} is at ${shortName(current)} and not at ${shortName(from)}: there is nothing to go back from. Nothing was changed.`;
  run.log.info(text);
  await run.summarise(`### ${run.request.service}: unchanged\n\n${text}`);
  return { outcome: 'unchanged' };
}

async function release(run: Run, service: ServiceState): Promise<Delivered> {
  if (run.request.dryRun) return { outcome: 'planned' };
  return { outcome: (await releaseHold(run, service)) ? 'succeeded' : 'unchanged' };
}

async function plan(run: Run, rollback: Rollback, situation: Situation): Promise<Delivered> {
  const { inFlight, running, target, isUnderWay } = situation;
  const before = shortName(running.arn);
  const stops = inFlight && !isUnderWay ? [`stop ${inFlight.arn}, which leaves ${before}`] : [];
  const deploys =
    inFlight && target.kind === 'last' ? [] : [`deploy ${shortName(await meant(run, rollback, situation))}`];
  const what = isUnderWay
    ? [`follow the deployment under way, which is what was asked for: ${inFlight?.arn}`]
    : [...stops, ...deploys];
  run.log.info(`Would ${what.join(', and then ')}. Nothing was changed.`);
  return { outcome: 'planned' };
}

function targetText(target: Exclude<Target, { kind: 'last' }>): string {
  if (target.kind === 'revision') return target.reference;
  return target.kind === 'digest' ? `what runs ${target.digest}` : `what runs the image tagged '${target.tag}'`;
}

/** Going back from a deployment that has not ended is ECS's to do, at once; what it goes back to still runs. */
async function stop(
  run: Run,
  rollback: Rollback,
  situation: Situation & Required<Pick<Situation, 'inFlight'>>,
): Promise<Delivered> {
  const { inFlight, service, target } = situation;
  // What cannot be gone to is refused while nothing has changed.
  if (target.kind !== 'last') await meant(run, rollback, situation);
  const startedAt = run.clock.now();
  const seen = await stopInFlight(run, service, inFlight.arn);
  const phase = phaseOf(seen.status);
  if (phase === 'rolled-back') return wentBack(run, rollback, { inFlight, startedAt, seen });
  // It was completed before it could be stopped: then it is what runs, and what one goes back from.
  if (phase === 'successful') return again(run, rollback);
  return {
    outcome: phase === 'rollback-failed' ? 'rollback-failed' : 'failed',
    failure: new SlipwayError({
      code: phase === 'rollback-failed' ? 'DEPLOY_ROLLBACK_FAILED' : 'DEPLOY_STOPPED',
      message: `The deployment that was stopped ended as ${seen.status}${seen.statusReason ? `: ${seen.statusReason}` : '.'}`,
      hint: "There was nothing to go back to, or going back failed. Look at the service at once; name a revision with 'to'.",
      kind: 'world',
    }),
  };
}

async function wentBack(
  run: Run,
  rollback: Rollback,
  stopped: {
    readonly inFlight: NonNullable<Situation['inFlight']>;
    readonly startedAt: number;
    readonly seen: ServiceDeploymentState;
  },
): Promise<Delivered> {
  const { aws, request, clock } = run;
  const service = await findService(aws, request.cluster, request.service);
  const running = await runningOf(run, service);
  const target = targetFrom(rollback.to, running.family);
  if (target.kind !== 'last' && !(target.kind === 'revision' && isNamed(target.reference, running.arn))) {
    return again(run, rollback);
  }
  run.setOutput('deployment-arn', stopped.inFlight.arn);
  run.setOutput('task-definition', running.arn);
  run.setOutput('previous-task-definition', stopped.inFlight.taskDefinition ?? '');
  run.setOutput('duration-seconds', String(Math.round((clock.now() - stopped.startedAt) / secondsMs(clock, 1))));
  if (service.desiredCount > 0) run.setOutput('running-digests', (await proveSoon(run, running)).join('\n'));
  const text = `The deployment of ${shortName(stopped.inFlight.taskDefinition ?? stopped.inFlight.arn)} was stopped; ${shortName(running.arn)} serves.`;
  run.log.info(text);
  await run.summarise(`### ✅ ${request.service}: succeeded\n\n${text}`);
  return { outcome: 'succeeded' };
}

/** The tasks of what was stopped may live on for a moment; longer than their stop timeout, which is two minutes at most. */
const TASKS_END_WITHIN_MINUTES = 5;

/** @throws SlipwayError DEPLOY_OLD_TASKS_RUN, DEPLOY_DIGEST_MISMATCH when it stays so */
async function proveSoon(run: Run, running: TaskDefinitionRevision): Promise<readonly string[]> {
  const { clock, request, signal } = run;
  const deadline = clock.now() + minutesMs(clock, TASKS_END_WITHIN_MINUTES);
  for (;;) {
    try {
      return await proveRunning(run, running);
    } catch (error) {
      const isPassing = error instanceof SlipwayError && error.code === 'DEPLOY_OLD_TASKS_RUN';
      if (!isPassing || clock.now() >= deadline) throw error;
      await clock.sleep(secondsMs(clock, request.pollSeconds), signal);
    }
  }
}

async function again(run: Run, rollback: Rollback): Promise<Delivered> {
  const service = await findService(run.aws, run.request.cluster, run.request.service);
  return deploy(run, rollback, await look(run, service, rollback));
}

async function deploy(run: Run, rollback: Rollback, situation: Situation): Promise<Delivered> {
  const taskDefinition = await meant(run, rollback, situation);
  const intent: Intent = { ...run.request.intent, ...fastIntent(rollback, situation.service), ...LIFTED };
  return deliver({ ...run, request: { ...run.request, taskDefinition, intent } });
}

/** A rollback is not refused for the state that it is there to end. */
const LIFTED = { allow: LIFTABLE, ifInProgress: 'supersede', ignoresHold: true } as const;

function fastIntent({ strategy }: Rollback, service: ServiceState): Partial<Intent> {
  if (strategy === 'service') return {};
  const canShift = service.loadBalancers.some(({ alternateTargetGroupArn }) => alternateTargetGroupArn !== undefined);
  if (!canShift && !isShifting(service.strategy)) return {};
  return { strategy: 'all-at-once', bakeMinutes: 0 };
}

/** The ARN, or the name as it was given where ECS knows no such revision. @throws SlipwayError DEPLOY_ROLLBACK_*, DEPLOY_TASK_DEFINITION_NOT_FOUND */
async function meant(run: Run, { images }: Rollback, situation: Situation): Promise<string> {
  const { target, candidates, running, inFlight, isUnderWay } = situation;
  if (isUnderWay && inFlight?.taskDefinition !== undefined) return inFlight.taskDefinition;
  if (target.kind === 'revision' && isNamed(target.reference, running.arn)) return running.arn;
  const candidate = await choose(target, candidates, images);
  if (candidate) return candidate.arn;
  const reference = targetText(target as Exclude<Target, { kind: 'last' }>);
  const revision = await run.aws.ecs.taskDefinition(reference);
  // deliver says in the usual words that it does not exist.
  if (!revision) return reference;
  run.log.warning(`ECS remembers no successful deployment of ${reference} to this service. It is deployed as you say.`);
  return demandUsable(await candidateOf(images, revision, running), candidates).arn;
}
