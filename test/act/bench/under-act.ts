import { SERVICE } from '@slipway/rehearsal';
import { OWN_REPOSITORY } from '../adapt.js';
import { commitVersion } from '../consumer.js';
import { ONE_SERVICE, PRODUCTION } from '../one-service.js';
import { openWorld, PUSH, type World } from '../world.js';

/** How one run of deliver.yml went. */
export interface WorkflowRun {
  readonly seconds: number;
  /** Main and post of each of our actions, by name. */
  readonly actionSeconds: Readonly<Record<string, number>>;
  /** The checkouts, and what hands artifacts from job to job. */
  readonly otherSeconds: number;
  /** Calls of AWS, and requests of the registry. */
  readonly calls: number;
  readonly registryRequests: number;
}

const NANOSECONDS = 1e9;

/** runDeliveries delivers a service through staging to production by deliver.yml, once to be warm and then so many times. */
export async function runDeliveries(count: number): Promise<readonly WorkflowRun[]> {
  const world = await openWorld(ONE_SERVICE);
  try {
    const runs: WorkflowRun[] = [];
    for (let version = 0; version <= count; version += 1) runs.push(await deliver(world, `bench-${version}`));
    return runs.slice(1);
  } finally {
    await world.close();
  }
}

async function deliver(world: World, version: string): Promise<WorkflowRun> {
  await commitVersion(world.repository, version);
  const before = await world.running(PRODUCTION, SERVICE);
  const callsBefore = world.localAws.calls().length;
  const actionSeconds: Record<string, number> = {};
  let otherSeconds = 0;
  const startedAt = performance.now();
  const { exitCode, errors } = await world.run({
    ...{ workflow: 'deliver.yml', ...PUSH },
    onEvent: ({ step = '', executionTime }) => {
      if (executionTime === undefined) return;
      const seconds = executionTime / NANOSECONDS;
      const ours = new RegExp(`^${OWN_REPOSITORY}/actions/([\\w-]+)@`).exec(step)?.[1];
      if (ours === undefined) otherSeconds += seconds;
      else actionSeconds[ours] = (actionSeconds[ours] ?? 0) + seconds;
    },
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  if (exitCode !== 0) throw new Error(`deliver.yml failed: ${errors.join(' ')}`);
  if ((await world.running(PRODUCTION, SERVICE)) === before)
    throw new Error(`${SERVICE} is not on the new task definition`);
  const calls = world.localAws.calls().slice(callsBefore);
  const registryRequests = calls.filter(({ service }) => service === 'registry').length;
  return { seconds, actionSeconds, otherSeconds, calls: calls.length - registryRequests, registryRequests };
}
