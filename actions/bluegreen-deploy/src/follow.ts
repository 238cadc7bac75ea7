import { awsErrorName, type ServiceDeploymentState } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import { decide, describeChange, isInFlight, type Outcome, type Sighting, type TimelineEvent } from '@slipway/delivery';
import { shortName } from './plan.js';
import type { Context, Ports } from './ports.js';

/** How our deployment ended. */
export interface Ending {
  readonly outcome: Outcome;
  readonly because: string;
  readonly deployment: ServiceDeploymentState;
  readonly timeline: readonly TimelineEvent[];
  readonly seconds: number;
}

/** A rollback only moves weights and stops the new tasks; ECS gives no bound, NLBs alone take ten minutes a shift. */
const UNDO_WITHIN_MS = 30 * 60_000;
const MINUTE_MS = 60_000;

/** follow watches our deployment to its end and takes it back when its time is over or the run is cancelled. */
export async function follow(context: Context, ports: Ports, arn: string): Promise<Ending> {
  const { clock, inputs, signal } = context;
  const startedAt = clock.now();
  const deadline = startedAt + inputs['timeout-minutes'] * MINUTE_MS;
  const timeline: TimelineEvent[] = [];
  let before: ServiceDeploymentState | undefined;
  let undo: Sighting['undo'];
  for (;;) {
    if (signal.aborted && !undo) {
      undo = await takeBack(context, ports, { arn, reason: 'cancelled', because: 'The run was cancelled.' });
    }
    const seen = await look(ports, arn);
    const change = describeChange(before, seen);
    if (change) {
      timeline.push({ atMs: clock.now() - startedAt, event: change });
      context.log.info(`${String(Math.round((clock.now() - startedAt) / 1000)).padStart(5)} s  ${change}`);
    }
    before = seen;
    const decision = decide({
      ...seen,
      now: clock.now(),
      deadline,
      ...(undo ? { undo } : {}),
      ...(await newerThan(context, ports, seen)),
    });
    if (decision.kind === 'conclude') {
      return { ...decision, deployment: seen, timeline, seconds: Math.round((clock.now() - startedAt) / 1000) };
    }
    if (decision.kind === 'undo') undo = await takeBack(context, ports, { arn, ...decision });
    else await wait(context);
  }
}

/** A cancelled run still has to see its rollback end: only its first wait is cut short by the signal. */
async function wait(context: Context): Promise<void> {
  const ms = context.inputs['poll-interval-seconds'] * 1000;
  if (context.signal.aborted) return context.clock.sleep(ms);
  try {
    await context.clock.sleep(ms, context.signal);
  } catch (error) {
    if (!context.signal.aborted) throw error;
  }
}

async function look(ports: Ports, arn: string): Promise<ServiceDeploymentState> {
  const seen = await ports.ecs.serviceDeployment(arn);
  if (seen) return seen;
  throw new SlipwayError({
    code: 'DEPLOY_NOT_FOUND',
    message: `ECS no longer knows the deployment ${arn}.`,
    hint: 'Was the service deleted? Nothing can be said about how the deployment ended.',
    kind: 'world',
  });
}

interface Undoing {
  readonly arn: string;
  readonly reason: 'timed-out' | 'cancelled';
  readonly because: string;
}

/** takeBack asks ECS to roll back: one call, and it may come too late. */
async function takeBack(context: Context, ports: Ports, undoing: Undoing): Promise<NonNullable<Sighting['undo']>> {
  context.log.info(`${undoing.because} Taking the deployment back.`);
  try {
    await ports.ecs.stopWithRollback(undoing.arn);
  } catch (error) {
    // It had ended, or was on its way back already; the next look says which.
    if (awsErrorName(error) !== 'ConflictException') throw error;
  }
  return { reason: undoing.reason, deadline: context.clock.now() + UNDO_WITHIN_MS };
}

/** A stopped deployment was either stopped by somebody or replaced by a later one: that is looked up only then. */
async function newerThan(
  context: Context,
  ports: Ports,
  seen: ServiceDeploymentState,
): Promise<{ newer?: { arn: string; taskDefinition?: string } }> {
  if (seen.status !== 'STOPPED') return {};
  const all = await ports.ecs.serviceDeployments(context.inputs.cluster, context.inputs.service);
  const createdAt = seen.createdAt?.getTime() ?? 0;
  const newer = all.find(
    (brief) =>
      brief.arn !== seen.arn && (brief.createdAt?.getTime() ?? 0) >= createdAt && isInFlightOrDone(brief.status),
  );
  if (!newer) return {};
  const definition = newer.targetRevisionArn
    ? await ports.ecs.revisionTaskDefinition(newer.targetRevisionArn)
    : undefined;
  return { newer: { arn: newer.arn, ...(definition ? { taskDefinition: shortName(definition) } : {}) } };
}

function isInFlightOrDone(status: string): boolean {
  return isInFlight(status) || status === 'SUCCESSFUL';
}
