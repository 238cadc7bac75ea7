import { awsErrorName } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import { nameOf, type GatePosition } from '@slipway/delivery';
import type { Fleets } from './gates/gate.js';
import type { Run } from './run.js';

/** A pause that passed its gates. */
export interface Passed {
  readonly deploymentArn: string;
  readonly hookId: string;
  readonly position: GatePosition;
  readonly fleets?: Fleets;
  /** 0 where no task is wanted: then no target can be healthy. */
  readonly wantedTasks: number;
}

export type Answer =
  | { readonly kind: 'answered' }
  /** Not now; the next look decides anew. */
  | { readonly kind: 'not-yet'; readonly because: string };

/** answerPause lets a deployment go on, if the targets that get traffic by it are healthy when read just before. */
export async function answerPause(run: Run, passed: Passed): Promise<Answer> {
  try {
    const givesTraffic = passed.position !== 'after-traffic' && passed.wantedTasks > 0;
    const unhealthy = givesTraffic ? await unhealthyTargets(run, passed.fleets) : undefined;
    if (unhealthy !== undefined) return { kind: 'not-yet', because: unhealthy };
    // A run that was cancelled meanwhile shifts nothing any more.
    if (run.signal.aborted) return { kind: 'not-yet', because: 'The run was cancelled.' };
    const { deploymentArn, hookId } = passed;
    await run.aws.ecs.answerHook({ deploymentArn, hookId, action: 'CONTINUE' });
    return { kind: 'answered' };
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    // Somebody else answered, or our first answer arrived after all: the next look says.
    if (awsErrorName(error) !== 'ConflictException' && !error.retryable && !isAnswered(error)) throw error;
    return { kind: 'not-yet', because: `The pause was not answered (${error.code}); looking again.` };
  }
}

/** ECS's word for a hook that does not wait any more. */
function isAnswered(error: SlipwayError): boolean {
  return awsErrorName(error) === 'InvalidParameterException';
}

async function unhealthyTargets({ aws }: Run, fleets: Fleets | undefined): Promise<string | undefined> {
  if (!fleets) return undefined;
  const targets = await aws.elb.targetHealth(fleets.newTargetGroupArn);
  const serving = targets.filter(({ state }) => state !== 'draining');
  const healthy = serving.filter(({ state }) => state === 'healthy');
  if (healthy.length > 0 && healthy.length === serving.length) return undefined;
  return `${healthy.length} of ${serving.length} targets of ${nameOf(fleets.newTargetGroupArn)} are healthy: no traffic is given to them now.`;
}
