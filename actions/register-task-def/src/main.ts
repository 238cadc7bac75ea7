import { awsFor, createEcr, createEcs, createScheduledTasks, createSts, createTaskDefinitions } from '@slipway/aws';
import { requestIdToken, runAction } from '@slipway/runtime';
import { definition } from './inputs.js';
import { readConfigWith } from './read-image-config.js';
import { run } from './run.js';

await runAction(definition, {
  run: async (context) => {
    const aws = awsFor(context, requestIdToken);
    const ecr = createEcr(aws);
    return run(context, {
      ecr,
      ecs: createEcs(aws),
      sts: createSts(aws),
      definitions: createTaskDefinitions(aws),
      scheduled: createScheduledTasks(aws),
      readImageConfig: readConfigWith(ecr, context),
      region: aws.region,
      random: Math.random,
    });
  },
});
