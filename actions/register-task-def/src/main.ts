import { awsFor, createEcr, createEcs, createSts } from '@slipway/aws';
import { requestIdToken, runAction } from '@slipway/runtime';
import { definition } from './inputs.js';
import { run } from './run.js';

await runAction(definition, {
  run: async (context) => {
    const aws = awsFor(context, requestIdToken);
    return run(context, { ecr: createEcr(aws), ecs: createEcs(aws), sts: createSts(aws) });
  },
});
