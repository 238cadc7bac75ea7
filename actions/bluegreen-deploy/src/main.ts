import { awsConfiguration, createEcs, createElb, createSts } from '@slipway/aws';
import { runAction } from '@slipway/runtime';
import { definition } from './inputs.js';
import type { Context, Ports } from './ports.js';
import { post } from './post.js';
import { run } from './run.js';

const portsFor = (context: Context): Ports => {
  const aws = awsConfiguration(context.inputs['aws-region'], context.environment);
  return { ecs: createEcs(aws), elb: createElb(aws), sts: createSts(aws) };
};

await runAction(definition, {
  run: (context) => run(context, portsFor(context)),
  post: (context) => post(context, portsFor(context)),
});
