import { addedHooks, canonical, type Change, type PauseHook, type Plan } from '@slipway/delivery';
import type { Observed } from './observe.js';
import type { Run } from './run.js';

/**
 * changeOf reads from a deployment under way what its starter changed: the pauses in its snapshot that are not the
 * service's own, and what the service gets back. The gates are those of the run that adopts it.
 */
export async function changeOf(
  { aws }: Run,
  { observation, leftovers }: Observed,
  plan: Extract<Plan, { kind: 'resume' }>,
): Promise<Change> {
  const deployment = await aws.ecs.serviceDeployment(plan.deploymentArn);
  const settings = deployment?.deploymentConfiguration ?? observation.service.settings;
  const marked = leftovers?.change && plan.isOurs ? addedHooks(leftovers.change).map(canonical) : [];
  const added = (settings.lifecycleHooks ?? []).filter((hook) => marked.includes(canonical(hook)));
  return {
    settings,
    sendsSettings: false,
    pauses: added.filter((hook): hook is PauseHook => hook.targetType === 'PAUSE'),
    ...(leftovers?.change ? { putBack: leftovers.change.own } : {}),
  };
}
