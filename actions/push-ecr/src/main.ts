import { assertRoles, awsFor, createEcrPlace, createSts } from '@slipway/aws';
import { cleanUp, docker } from '@slipway/process';
import { requestIdToken, runAction } from '@slipway/runtime';
import { definition, type PushContext } from './inputs.js';
import { labelOf, type EcrTarget, type Place } from './places.js';
import { pushToRegistry } from './push-image.js';
import { run } from './run.js';

await runAction(definition, {
  run: async (context) => {
    assertRoles(context.inputs['source-role'], 'source-role');
    assertRoles(context.inputs['target-role'], 'target-role');
    return run(context, { connect: (place) => connect(context, place), pushImage: pushToRegistry, docker });
  },
  post: (context) => cleanUp(context, docker),
});

/** Each place has an identity of its own, in memory: nothing of it is in the environment, where two would fight. */
function connect(context: PushContext, { region, roles }: Place): EcrTarget {
  const { inputs } = context;
  const job = {
    ...context,
    inputs: {
      ...inputs,
      'aws-region': region ?? inputs['aws-region'],
      'role-to-assume': [...inputs['role-to-assume'], ...roles],
    },
  };
  const aws = { ...awsFor(job, requestIdToken), signal: context.signal };
  return { region: aws.region, label: labelOf(aws.region, roles), sts: createSts(aws), ...createEcrPlace(aws) };
}
