import { randomUUID } from 'node:crypto';
import type { DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import type { Ecs, HookRecord, ServiceDeploymentRecord, Stage } from '../model.js';
import { DeploymentInterrupted } from './record.js';

/** AWS's default: 24 hours. */
const DEFAULT_TIMEOUT_MINUTES = 1440;

/** passHooks waits at the PAUSE hooks of a stage until each is continued, and interrupts when one says to go back. */
export async function passHooks(
  ecs: Ecs,
  deployment: ServiceDeploymentRecord,
  { stage, signal }: { readonly stage: Stage; readonly signal: AbortSignal },
): Promise<void> {
  const hooks = (deployment.configuration.lifecycleHooks ?? []).filter(({ lifecycleStages }) =>
    (lifecycleStages as readonly string[] | undefined)?.includes(stage),
  );
  await Promise.all(hooks.map((hook) => pause(ecs, deployment, { hook, stage, signal })));
}

interface Pause {
  readonly hook: DeploymentLifecycleHook;
  readonly stage: Stage;
  readonly signal: AbortSignal;
}

async function pause(ecs: Ecs, deployment: ServiceDeploymentRecord, { hook, stage, signal }: Pause): Promise<void> {
  const seconds = (hook.timeoutConfiguration?.timeoutInMinutes ?? DEFAULT_TIMEOUT_MINUTES) * 60;
  const record: HookRecord = {
    hookId: randomUUID(),
    stage,
    expiresAt: new Date(ecs.world.time.now().getTime() + ecs.world.time.realMs(seconds)),
    timeoutAction: hook.timeoutConfiguration?.action ?? 'ROLLBACK',
    status: 'AWAITING_ACTION',
  };
  deployment.hooks.push(record);
  const action = await answerOf(ecs, deployment, { record, seconds, signal });
  if (action === 'CONTINUE') return;
  const reason =
    record.status === 'TIMED_OUT'
      ? `Service deployment rolled back because the lifecycle hook ${record.hookId} timed out at ${stage}.`
      : `Service deployment rolled back because the lifecycle hook ${record.hookId} was answered with ROLLBACK at ${stage}.`;
  throw new DeploymentInterrupted({ kind: 'rollback', reason });
}

interface Waiting {
  readonly record: HookRecord;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

async function answerOf(ecs: Ecs, deployment: ServiceDeploymentRecord, waiting: Waiting) {
  const { record, seconds, signal } = waiting;
  const answered = new AbortController();
  const answer = new Promise<'CONTINUE' | 'ROLLBACK'>((resolve) => {
    deployment.answers.set(record.hookId, (action) => {
      record.status = action === 'CONTINUE' ? 'SUCCEEDED' : 'FAILED';
      resolve(action);
    });
  });
  const expiry = ecs.world.time.wait(seconds, AbortSignal.any([signal, answered.signal])).then(() => {
    // An answer that came in the same turn of the event loop was first.
    if (record.status === 'AWAITING_ACTION') record.status = 'TIMED_OUT';
    return record.timeoutAction;
  });
  try {
    return await Promise.race([answer, expiry]);
  } catch (error) {
    record.status = 'FAILED';
    throw error;
  } finally {
    deployment.answers.delete(record.hookId);
    answered.abort();
    expiry.catch(() => undefined);
  }
}
