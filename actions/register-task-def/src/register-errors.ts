import { awsErrorName } from '@slipway/aws';
import { SlipwayError, messageOf } from '@slipway/core';
import type { JsonObject } from '@slipway/task-definition';

/** What ECS says of a definition that it refuses, and what to do about it. */
const HINTS: readonly (readonly [says: RegExp, hint: string])[] = [
  [
    /Role is not valid|Invalid.*[Rr]ole/,
    "Check 'taskRoleArn' and 'executionRoleArn': each has to be a role of this account that ecs-tasks.amazonaws.com may assume.",
  ],
  [
    /No Fargate configuration exists/,
    'Fargate has fixed pairs of cpu and memory: docs/task-definition-rules.md, fargate-size.',
  ],
  [
    /Too many concurrent attempts/,
    'Another run registers a revision of this family at the same moment; run the job again.',
  ],
  [/size|too large|exceed/i, 'A task definition has at most 64 KB: move variables into environment files or secrets.'],
  [/tag/i, 'Check the tags: 50 at most, each key once, none that begins with aws:; the role needs ecs:TagResource.'],
  [/secret/i, "Check the secrets' ARNs and names, and that no variable of 'environment' has the same name."],
];
const ANY_HINT =
  "ECS's own words say why. When it refuses what it should not, a field may need a newer launch type or platform.";

/** translated tells what to do about ECS's refusal of a definition; any other error stays what it is. */
export function translated(error: unknown, definition: JsonObject): unknown {
  if (!(error instanceof SlipwayError)) return error;
  const words = messageOf(error.cause);
  if (error.code === 'AWS_ACCESS_DENIED' && words.includes('iam:PassRole')) return passRole(error, words, definition);
  if (!['ClientException', 'InvalidParameterException'].includes(awsErrorName(error) ?? '')) return error;
  return new SlipwayError({
    code: 'REGISTER_REFUSED',
    message: `ECS refused the task definition: ${error.message}`,
    hint: HINTS.find(([says]) => says.test(words))?.[1] ?? ANY_HINT,
    cause: error,
  });
}

/** IAM names the role; where it does not, the definition's own roles are what is meant. */
function passRole(error: SlipwayError, words: string, definition: JsonObject): SlipwayError {
  const told = /on resource: (arn:[\w+=,.@:/-]+)/.exec(words)?.[1];
  const own = [definition['executionRoleArn'], definition['taskRoleArn']].filter((role) => typeof role === 'string');
  const roles = told === undefined ? own : [told];
  const statement = {
    Effect: 'Allow',
    Action: 'iam:PassRole',
    Resource: roles,
    Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  };
  return new SlipwayError({
    code: 'REGISTER_PASS_ROLE_DENIED',
    message: `The role of this job may not pass ${roles.join(', ')} to ECS.`,
    hint: `Add to the policy of the job's role: ${JSON.stringify(statement)}`,
    cause: error,
  });
}
