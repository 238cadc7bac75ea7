import { awsConfiguration } from '@slipway/aws';
import { portsOf, type Connection } from '@slipway/deploy';
import { runAction } from '@slipway/runtime';
import type { Context } from './context.js';
import { definition } from './inputs.js';
import { post, run } from './run.js';

const connect = ({ inputs, environment }: Context): Connection => {
  const configuration = awsConfiguration(inputs['aws-region'], environment);
  return { aws: portsOf(configuration), credentials: { kind: 'unknown' }, region: configuration.region };
};

await runAction(definition, {
  run: (context) => run(context, connect(context)),
  post: (context) => post(context, connect(context)),
});
