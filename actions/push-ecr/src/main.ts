import { awsFor, createEcr, createSts } from '@slipway/aws';
import { requestIdToken, runAction } from '@slipway/runtime';
import { definition } from './inputs.js';
import { pushToRegistry } from './push-image.js';
import { run } from './run.js';

await runAction(definition, {
  run: async (context) => {
    const aws = awsFor(context, requestIdToken);
    const ports = { ecr: createEcr(aws), sts: createSts(aws), pushImage: pushToRegistry, region: aws.region };
    return run(context, ports);
  },
});
