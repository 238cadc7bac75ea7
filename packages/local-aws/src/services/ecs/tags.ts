import type { ListTagsForResourceRequest, Tag, TagResourceRequest, UntagResourceRequest } from '@aws-sdk/client-ecs';
import type { Operation } from '../../service.js';
import { invalidParameter } from './errors.js';
import type { Ecs } from './model.js';
import { operation } from './operations.js';

/** AWS's limit of tags on a resource. */
const MOST_TAGS = 50;

/** tagOperations are the calls on tags of clusters, services, task definitions and tasks. */
export function tagOperations(ecs: Ecs): Readonly<Record<string, Operation>> {
  return {
    ...operation<TagResourceRequest>('TagResource', ({ resourceArn, tags }) => {
      setTags(ecs, existing(ecs, resourceArn), tags);
      return {};
    }),
    ...operation<UntagResourceRequest>('UntagResource', ({ resourceArn, tagKeys }) => {
      const tags = ecs.tags.get(existing(ecs, resourceArn));
      for (const key of tagKeys ?? []) tags?.delete(key);
      return {};
    }),
    ...operation<ListTagsForResourceRequest>('ListTagsForResource', ({ resourceArn }) => ({
      tags: tagsOf(ecs, existing(ecs, resourceArn)),
    })),
  };
}

/** tagsOf returns a resource's tags in the order in which they were set. */
export function tagsOf(ecs: Ecs, arn: string): Tag[] {
  return [...(ecs.tags.get(arn) ?? [])].map(([key, value]) => ({ key, value }));
}

/** setTags adds tags to a resource, replacing values of keys that it has. @throws AwsError InvalidParameterException */
export function setTags(ecs: Ecs, arn: string, tags: readonly Tag[] | undefined): void {
  const all = new Map(ecs.tags.get(arn));
  for (const { key, value } of tags ?? []) {
    if (!key) throw invalidParameter('Tag key must not be empty.');
    if (key.toLowerCase().startsWith('aws:')) throw invalidParameter('Tag keys must not start with aws:.');
    all.set(key, value ?? '');
  }
  if (all.size > MOST_TAGS) throw invalidParameter(`A resource can have at most ${MOST_TAGS} tags.`);
  ecs.tags.set(arn, all);
}

function existing(ecs: Ecs, arn: string | undefined): string {
  const clusters = [...ecs.clusters.values()];
  const known =
    clusters.some((cluster) => cluster.arn === arn) ||
    clusters.some(({ services }) => [...services.values()].some((service) => service.arn === arn)) ||
    clusters.some(({ tasks }) => [...tasks.values()].some((task) => task.arn === arn)) ||
    [...ecs.taskDefinitions.values()].flat().some((taskDefinition) => taskDefinition.arn === arn);
  if (!known || arn === undefined) throw invalidParameter('The specified resource is not found.');
  return arn;
}
