import type { AccountOptions, PolicyDocument } from '@slipway/local-aws';
import { definition } from '../src/inputs.js';

export const STAGING = '111111111111';
export const PRODUCTION = '222222222222';
export const PULL = `arn:aws:iam::${STAGING}:role/pull`;
export const PUSH = `arn:aws:iam::${PRODUCTION}:role/push`;

/** Whose job it is, and who looks at what is in the other account. */
export const STAGING_KEYS = { accessKeyId: 'AKIASTAGING', secretAccessKey: 'secret' };
export const PRODUCTION_KEYS = { accessKeyId: 'AKIAPRODUCTION', secretAccessKey: 'secret' };

/** TWO_ACCOUNTS each have a user who may do everything, and a role with the very permissions that the README asks for. */
export const TWO_ACCOUNTS: readonly AccountOptions[] = [
  {
    accountId: STAGING,
    users: [{ accessKeyId: STAGING_KEYS.accessKeyId, name: 'sam' }],
    roles: [
      {
        name: 'pull',
        trustPolicy: trusting(STAGING),
        policies: [allowed(STAGING, ':GetAuthorizationToken', ':ListImageReferrers')],
      },
    ],
  },
  {
    accountId: PRODUCTION,
    users: [{ accessKeyId: PRODUCTION_KEYS.accessKeyId, name: 'pat' }],
    roles: [
      {
        name: 'push',
        trustPolicy: trusting(STAGING),
        policies: [allowed(PRODUCTION, ':GetAuthorizationToken', ':DescribeRepositories', ':PutImage')],
      },
    ],
  },
];

/** The statements that name one of the words. */
function allowed(account: string, ...words: readonly string[]): PolicyDocument {
  const statements = definition.permissions.filter(({ actions }) =>
    actions.some((action) => words.some((word) => action.endsWith(word))),
  );
  const Resource = [`arn:aws:ecr:*:${account}:repository/shop/*`];
  return {
    Statement: statements.map(({ actions, resources }) => ({
      Effect: 'Allow',
      Action: [...actions],
      Resource: resources[0] === '*' ? '*' : Resource,
    })),
  };
}

function trusting(account: string): PolicyDocument {
  return { Statement: { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' } };
}
