import { DeleteClusterCommand, DeregisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Stage } from './step.js';

/** Tasks take half a minute to end; an account that needs longer keeps an empty cluster, which costs nothing. */
const ATTEMPTS = 12;
const PAUSE_MS = 5_000;

/** cleanUp removes what the steps leave behind, since it goes only once tasks have ended. */
export async function cleanUp({ ecs, prefix }: Stage): Promise<void> {
  // Neither of them is the matter of a test: what is gone already is well.
  for (const revision of [1, 2]) {
    const taskDefinition = `${prefix}-web:${revision}`;
    await ecs.send(new DeregisterTaskDefinitionCommand({ taskDefinition })).catch(() => undefined);
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const done = await ecs.send(new DeleteClusterCommand({ cluster: `${prefix}-cluster` })).then(
      () => true,
      (error: Error) => !error.name.startsWith('ClusterContains'),
    );
    if (done) return;
    await delay(PAUSE_MS);
  }
}
