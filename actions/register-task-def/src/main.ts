import {
  assertRoles,
  awsFor,
  createEcr,
  createEcs,
  createScheduledTasks,
  createSts,
  createTaskDefinitions,
  type AwsConfiguration,
} from '@slipway/aws';
import { requestIdToken, runAction } from '@slipway/runtime';
import { definition } from './inputs.js';
import type { Context } from './ports.js';
import { readConfigWith } from './read-image-config.js';
import { run } from './run.js';

await runAction(definition, {
  run: async (context) => {
    const aws = awsFor(context, requestIdToken);
    const source = createEcs(sourceOf(context, aws));
    const ecr = createEcr(aws);
    return run(context, {
      ecr,
      ecs: createEcs(aws),
      source,
      sts: createSts(aws),
      definitions: createTaskDefinitions(aws),
      scheduled: createScheduledTasks(aws),
      readImageConfig: readConfigWith(ecr, context),
      region: aws.region,
      random: Math.random,
    });
  },
});

/** The source has an identity of its own where one is named; else it is where the action registers. */
function sourceOf(context: Context, aws: AwsConfiguration): AwsConfiguration {
  const { inputs } = context;
  const { 'source-role': roles, 'source-region': region } = inputs;
  assertRoles(roles, 'source-role');
  if (roles.length === 0 && region === undefined) return aws;
  const atSource = {
    'aws-region': region ?? inputs['aws-region'],
    'role-to-assume': [...inputs['role-to-assume'], ...roles],
  };
  return awsFor({ ...context, inputs: { ...inputs, ...atSource } }, requestIdToken);
}
