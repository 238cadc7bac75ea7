import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { BatchGetImageCommand } from '@aws-sdk/client-ecr';
import { DescribeTaskDefinitionCommand, DescribeTasksCommand, ListTasksCommand } from '@aws-sdk/client-ecs';
import type { Aws } from './aws.js';
import { CONTAINER, SERVICE } from './infrastructure.js';
import type { Digests } from './report.js';

/** hashOf is written out here on purpose: the witnesses share no code with the pipeline that they watch. */
function hashOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** builtDigest hashes the manifest that lies in an OCI layout. */
export async function builtDigest(layout: string): Promise<string> {
  const index = JSON.parse(await readFile(path.join(layout, 'index.json'), 'utf8')) as {
    manifests: { digest: string }[];
  };
  const name = index.manifests[0]?.digest.split(':')[1] ?? 'missing';
  return hashOf(await readFile(path.join(layout, 'blobs/sha256', name)));
}

/** pushedDigest hashes the manifest that the registry returns for a tag. */
export async function pushedDigest({ ecr }: Aws, tag: string): Promise<string> {
  const { images } = await ecr.send(
    new BatchGetImageCommand({ repositoryName: SERVICE, imageIds: [{ imageTag: tag }] }),
  );
  const manifest = images?.[0]?.imageManifest;
  return manifest === undefined ? 'none' : hashOf(manifest);
}

/** registeredDigest reads the digest out of a task definition as ECS describes it. */
export async function registeredDigest({ ecs }: Aws, taskDefinition: string): Promise<string> {
  const answer = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const container = answer.taskDefinition?.containerDefinitions?.find(({ name }) => name === CONTAINER);
  return container?.image?.split('@')[1] ?? 'none';
}

/** runningDigests reads what the engine of each running task pulled. */
export async function runningDigests({ ecs }: Aws, cluster: string): Promise<readonly string[]> {
  const { taskArns = [] } = await ecs.send(
    new ListTasksCommand({ cluster, serviceName: SERVICE, desiredStatus: 'RUNNING' }),
  );
  if (taskArns.length === 0) return [];
  const { tasks = [] } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: taskArns }));
  return tasks.map(({ containers }) => containers?.find(({ name }) => name === CONTAINER)?.imageDigest ?? 'none');
}

/** disagreement says which digests differ; undefined when all of them are one. */
export function disagreement(digests: Digests): string | undefined {
  const { running, ...single } = digests;
  const all = [...Object.values(single), ...running];
  if (running.length > 0 && new Set(all).size === 1) return undefined;
  return `The digests do not agree: ${JSON.stringify(digests)}.`;
}
