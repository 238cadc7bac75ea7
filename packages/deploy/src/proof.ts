import type { TaskDefinitionRevision, TaskState } from '@slipway/aws';
import { SlipwayError, parseImageReference } from '@slipway/core';
import type { Run } from './run.js';

/**
 * proveRunning reads what the service's tasks run and compares it, container by container, with the digests that the
 * task definition asks for. It returns the digests that run.
 *
 * @throws SlipwayError DEPLOY_DIGEST_MISMATCH, DEPLOY_OLD_TASKS_RUN
 */
export async function proveRunning({ aws, request }: Run, wanted: TaskDefinitionRevision): Promise<readonly string[]> {
  const { cluster, service } = request;
  const tasks = await aws.ecs.tasks(cluster, service, 'RUNNING');
  const strangers = tasks.filter(({ taskDefinitionArn }) => taskDefinitionArn !== wanted.arn);
  if (tasks.length === 0 || strangers.length > 0) {
    throw new SlipwayError({
      code: 'DEPLOY_OLD_TASKS_RUN',
      message:
        tasks.length === 0
          ? `ECS reports success, but no task of '${service}' runs.`
          : `ECS reports success, but ${strangers.length} running task(s) of '${service}' are of another revision: ${strangers.map(({ arn }) => arn).join(', ')}.`,
      hint: 'Somebody else changes this service; look at its deployments.',
      kind: 'world',
    });
  }
  const pinned = pinnedDigests(wanted);
  for (const task of tasks) assertDigests(task, pinned);
  return [...new Set(tasks.flatMap(({ containers }) => containers.flatMap(({ imageDigest }) => imageDigest ?? [])))];
}

/** The digest of each container whose image the task definition pins. */
function pinnedDigests(wanted: TaskDefinitionRevision): ReadonlyMap<string, string> {
  const pinned = new Map<string, string>();
  for (const { name, image } of wanted.containers) {
    const { digest } = parseImageReference(image);
    if (digest) pinned.set(name, digest);
  }
  return pinned;
}

function assertDigests(task: TaskState, pinned: ReadonlyMap<string, string>): void {
  for (const [name, digest] of pinned) {
    const running = task.containers.find((container) => container.name === name)?.imageDigest;
    if (running === digest) continue;
    throw new SlipwayError({
      code: 'DEPLOY_DIGEST_MISMATCH',
      message: `The container '${name}' of the task ${task.arn} runs ${running ?? 'an image that its engine does not tell'}, and the task definition asks for ${digest}.`,
      hint: 'Do not trust this environment until you know why.',
      kind: 'world',
    });
  }
}
