import { awsFor, createEcr, credentialsLifetime } from '@slipway/aws';
import { portsOf } from '@slipway/deploy';
import { requestIdToken, runAction } from '@slipway/runtime';
import type { Context } from './context.js';
import { definition } from './inputs.js';
import { post, run, type Reach } from './run.js';

const connect = (context: Context): Reach => {
  const configuration = awsFor(context, requestIdToken);
  const credentials = credentialsLifetime(context, context.clock.now());
  return { aws: portsOf(configuration), ecr: createEcr(configuration), credentials, region: configuration.region };
};

await runAction(definition, {
  run: (context) => run(context, connect(context)),
  post: (context) => post(context, connect(context)),
});
