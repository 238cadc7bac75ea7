import { awsConfiguration, createEcr, createEcs, createSts } from '@slipway/aws';
import { runAction } from '@slipway/runtime';
import { definition } from './inputs.js';
import { run } from './run.js';

await runAction(definition, {
  run: async (context) => {
    const aws = awsConfiguration(context.inputs['aws-region'], context.environment);
    return run(context, { ecr: createEcr(aws), ecs: createEcs(aws), sts: createSts(aws) });
  },
});
