import {
  assertRoles,
  awsFor,
  createEcr,
  createEcs,
  createElb,
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
    const { aws, atSource } = identitiesOf(context);
    const ecr = createEcr(aws);
    const sourceEcr = createEcr(atSource);
    return run(context, {
      ecr,
      ecs: createEcs(aws),
      source: createEcs(atSource),
      sourceElb: createElb(atSource),
      sourceImages: { ecr: sourceEcr, readImageConfig: readConfigWith(sourceEcr, context) },
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
function identitiesOf(context: Context): { readonly aws: AwsConfiguration; readonly atSource: AwsConfiguration } {
  const { 'source-role': roles, 'source-region': region, 'target-role': targetRoles } = context.inputs;
  assertRoles(roles, 'source-role');
  assertRoles(targetRoles, 'target-role');
  const aws = identityOf(context, targetRoles);
  if (roles.length === 0 && region === undefined) return { aws, atSource: aws };
  return { aws, atSource: identityOf(context, roles.length === 0 ? targetRoles : roles, region) };
}

function identityOf(context: Context, roles: readonly string[], region?: string): AwsConfiguration {
  const { inputs } = context;
  const own = {
    'aws-region': region ?? inputs['aws-region'],
    'role-to-assume': [...inputs['role-to-assume'], ...roles],
  };
  return awsFor({ ...context, inputs: { ...inputs, ...own } }, requestIdToken);
}
