import type { CallContext } from '../../service.js';
import { validationError } from './errors.js';
import type { Input } from './input.js';
import type { Tag } from './records.js';
import type { Elbv2Store } from './store.js';

/** readTags reads the tags that come with a new resource. */
export function readTags(input: Input): Tag[] {
  return input.structures('Tags').map((tag) => ({
    Key: tag.required('Key'),
    Value: tag.text('Value') ?? '',
  }));
}

/** tagOperations are the operations on the tags of anything that has an ARN. */
export function tagOperations(store: Elbv2Store): Record<string, (input: Input, context: CallContext) => object> {
  return {
    AddTags: (input) => {
      const arns = readArns(store, input);
      const added = readTags(input);
      input.refuseOthers();
      for (const arn of arns) {
        const kept = (store.tags.get(arn) ?? []).filter(({ Key }) => !added.some((tag) => tag.Key === Key));
        store.tags.set(arn, [...kept, ...added]);
      }
      return {};
    },
    RemoveTags: (input) => {
      const arns = readArns(store, input);
      const keys = input.texts('TagKeys');
      input.refuseOthers();
      for (const arn of arns) {
        const kept = (store.tags.get(arn) ?? []).filter(({ Key }) => !keys.includes(Key));
        store.tags.set(arn, kept);
      }
      return {};
    },
    DescribeTags: (input) => {
      const arns = readArns(store, input);
      input.refuseOthers();
      return {
        TagDescriptions: arns.map((arn) => ({
          ResourceArn: arn,
          Tags: store.tags.get(arn) ?? [],
        })),
      };
    },
  };
}

function readArns(store: Elbv2Store, input: Input): string[] {
  const arns = input.texts('ResourceArns');
  if (arns.length === 0) throw validationError("'ResourceArns' must be specified");
  for (const arn of arns) requireResource(store, arn);
  return arns;
}

function requireResource(store: Elbv2Store, arn: string): void {
  if (arn.includes(':targetgroup/')) store.targetGroup(arn);
  else if (arn.includes(':listener-rule/')) store.rule(arn);
  else if (arn.includes(':listener/')) store.listener(arn);
  else store.loadBalancer(arn);
}
