import { phaseOf, type Outcome } from '@slipway/delivery';
import type { PostRun } from '../post.js';
import { STATE, type Announcer } from './announcer.js';
import type { RecordOf } from './record.js';

/** announcePost tells GitHub the end that main could not tell, by what ECS says now. */
export async function announcePost(run: PostRun, announcer: Announcer | undefined): Promise<void> {
  const begun = run.getState(STATE.begun);
  if (!announcer || begun === '' || run.getState(STATE.ended) === 'true') return;
  announcer.resume(JSON.parse(begun) as RecordOf['payload'], true);
  await announcer.ended(await outcomeOf(run));
}

async function outcomeOf(run: PostRun): Promise<Outcome> {
  const arn = run.getState('deployment');
  if (arn === '') return 'unknown';
  const seen = await run.aws.ecs.serviceDeployment(arn).catch(() => undefined);
  return (seen && OUTCOMES[phaseOf(seen.status)]) ?? 'unknown';
}

/** What has not ended when post ends is certain to nobody. */
const OUTCOMES: Readonly<Partial<Record<ReturnType<typeof phaseOf>, Outcome>>> = {
  successful: 'succeeded',
  'rolled-back': 'rolled-back',
  'rollback-failed': 'rollback-failed',
  stopped: 'stopped',
};
