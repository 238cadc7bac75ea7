import { assertAccountAllowed } from '@slipway/aws';
import { SlipwayError, minutesMs, poll, secondsMs } from '@slipway/core';
import { isInFlight, planDeployment, shortName, type Change, type Hook, type Plan } from '@slipway/delivery';
import { changeOf } from './adopt.js';
import { conclude, concludeUnchanged, type Delivered } from './conclude.js';
import { fleetsOf } from './fleets.js';
import type { Fleets } from './gates/gate.js';
import { Follower, type Ending } from './follow.js';
import { observe, servingTaskDefinition, type Observed } from './observe.js';
import { runOneOffTask } from './one-off-task.js';
import { tagText } from './ownership.js';
import { putBack, type Marked } from './put-back.js';
import type { Run } from './run.js';
import { startDeployment } from './start.js';
import { tellPlan } from './tell-plan.js';

/** deliver deploys what the request names, follows it to its end, and tells how that was. */
export async function deliver(run: Run): Promise<Delivered> {
  await assertAccountAllowed(run.aws.sts, run.request.allowedAccountIds);
  const free = await observeUntilFree(run).catch(asRefusal);
  if ('failure' in free) return free;
  const { observed, plan } = free;
  run.setOutput('task-definition', observed.wanted.arn);
  // What is in flight has never served as a whole: one does not go back to it.
  const previous = await servingTaskDefinition(run.aws, observed.service, observed.observation.inFlight?.arn);
  run.setOutput('previous-task-definition', previous ?? '');
  if (plan.kind === 'unchanged') return unchanged(run, observed);
  await tellPlan(run, plan);
  if (run.request.dryRun) return { outcome: 'planned' };
  if (plan.kind === 'resume') return resume(run, observed, plan);
  const refused = refusalOf(plan);
  if (refused) return { outcome: 'refused', failure: refused };
  if (run.request.task) await runOneOffTask(run, run.request.task, observed);
  return start(run, observed, plan.change);
}

/** A deployment in flight is waited for where that was asked; the wait is part of the run's time. */
async function observeUntilFree(run: Run): Promise<{ observed: Observed; plan: Exclude<Plan, { kind: 'wait' }> }> {
  const { clock, request } = run;
  const deadline = clock.now() + minutesMs(clock, request.intent.timeoutMinutes);
  for (let told = ''; ;) {
    const observed = await observe(run);
    const plan = planDeployment(observed.observation, request.intent);
    if (plan.kind !== 'wait') return { observed, plan };
    if (told !== plan.deploymentArn) run.log.info(`Waiting for the deployment under way: ${plan.deploymentArn}.`);
    told = plan.deploymentArn;
    if (request.dryRun || clock.now() >= deadline) throw stillInProgress(plan.deploymentArn);
    await untilEnded(run, plan.deploymentArn, deadline);
  }
}

/** Another's deployment takes its minutes: it alone is looked at, one call a look, and all the rest when it has ended. */
async function untilEnded({ aws, clock, request, signal }: Run, arn: string, deadline: number): Promise<void> {
  const intervalMs = secondsMs(clock, request.pollSeconds);
  await clock.sleep(intervalMs, signal);
  await poll({
    ...{ clock, intervalMs, deadline, signal },
    look: () => aws.ecs.serviceDeployment(arn),
    done: (seen) => seen === undefined || !isInFlight(seen.status),
  });
}

function stillInProgress(arn: string): SlipwayError {
  return new SlipwayError({
    code: 'DEPLOY_IN_PROGRESS',
    message: `Another deployment is still under way: ${arn}.`,
    hint: 'Look why it does not end. Nothing was changed.',
    kind: 'world',
    retryable: true,
  });
}

async function unchanged(run: Run, observed: Observed): Promise<Delivered> {
  if (observed.leftovers && !run.request.dryRun) {
    const { by, change } = observed.leftovers;
    await putBack(run, { by: [by], change });
  }
  return concludeUnchanged(run, observed);
}

/** What speaks against beginning is no error of the run: nothing was begun. */
function asRefusal(error: unknown): Delivered & { readonly failure: SlipwayError } {
  const isRefusal = error instanceof SlipwayError && ['DEPLOY_HELD', 'DEPLOY_IN_PROGRESS'].includes(error.code);
  if (isRefusal) return { outcome: 'refused', failure: error };
  throw error;
}

function refusalOf({ refusals }: Extract<Plan, { kind: 'deploy' }>): SlipwayError | undefined {
  const [first] = refusals.standing;
  if (!first) return undefined;
  return new SlipwayError({
    code: first.code,
    message: refusals.standing.map(({ because }) => because).join(' '),
    hint: `When it has to go out all the same, set 'allow: ${refusals.standing.map(({ name }) => name).join(', ')}'. Nothing was changed.`,
    kind: 'world',
  });
}

async function start(run: Run, observed: Observed, change: Change): Promise<Delivered> {
  const { request, aws } = run;
  // Read before: once the deployment is started, nothing stands between a cancelled run and its undo.
  const stoppedBefore = await aws.ecs.taskArns(request.cluster, request.service, 'STOPPED');
  const fleets = await fleetsOf(aws, observed);
  const started = await startDeployment(run, observed, change);
  if ('arn' in started) return follow(run, { observed, change, arn: started.arn, stoppedBefore, fleets });
  // Nothing of ours runs, and no setting was changed: what was marked is unmarked, and the error is told.
  await putBack(run, { ...markedBy(run, observed, change), change: observed.leftovers?.change });
  run.saveState('ended', 'true');
  throw started.refused;
}

/** A run of the same revision adopts what is under way, with the settings that it runs by. */
async function resume(run: Run, observed: Observed, plan: Extract<Plan, { kind: 'resume' }>): Promise<Delivered> {
  run.log.info(`Following the deployment of this revision that is under way: ${plan.deploymentArn}.`);
  const change = await changeOf(run, observed, plan);
  const fleets = await fleetsOf(run.aws, observed);
  return follow(run, { observed, change, arn: plan.deploymentArn, stoppedBefore: [], fleets });
}

interface Started {
  readonly observed: Observed;
  readonly change: Change;
  readonly arn: string;
  readonly stoppedBefore: readonly string[];
  readonly fleets: Fleets | undefined;
}

async function follow(run: Run, { observed, change, arn, stoppedBefore, fleets }: Started): Promise<Delivered> {
  run.saveState('deployment', arn);
  run.setOutput('deployment-arn', arn);
  run.announcement?.begun(shortName(observed.wanted.arn), digestOf(observed));
  const others = (change.settings.lifecycleHooks ?? []).filter(
    (hook) => !(change.pauses as readonly Hook[]).includes(hook),
  );
  const follower = new Follower(run, {
    arn,
    taskDefinitionArn: observed.wanted.arn,
    change,
    hasForeignPauses: others.some(({ targetType }) => targetType === 'PAUSE'),
    stoppedBefore,
    ...(fleets ? { fleets } : {}),
  });
  run.log.info(`Started ${arn}.`);
  const ending = await follower.follow();
  const restored = mayPutBack(ending) ? await putBack(run, markedBy(run, observed, change)) : undefined;
  run.saveState('ended', 'true');
  return conclude(run, { observed, ending, ...(restored ? { restored } : {}) });
}

/** The digest of the container that gets the traffic, else of the first; undefined where the revision names none. */
function digestOf({ wanted, service }: Observed): string | undefined {
  const names = service.loadBalancers.map(({ containerName }) => containerName);
  const container = wanted.containers.find(({ name }) => names.includes(name)) ?? wanted.containers[0];
  return container?.image.split('@')[1];
}

/** What this run takes back: its own change, or that of the run whose deployment it adopted. */
function markedBy({ request }: Run, { leftovers }: Observed, { putBack: own, settings: sent }: Change): Marked {
  return { by: [tagText(request.by), ...(leftovers ? [leftovers.by] : [])], change: own && { own, sent } };
}

/** A later deployment has marks and settings of its own; one that goes on unseen needs its pauses. */
function mayPutBack({ outcome }: Ending): boolean {
  return outcome !== 'superseded' && outcome !== 'unknown' && outcome !== 'cancelled';
}
