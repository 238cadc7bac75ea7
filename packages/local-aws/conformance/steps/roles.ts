import { AssumeRoleCommand, AssumeRoleWithWebIdentityCommand } from '@aws-sdk/client-sts';
import type { AccountOptions } from '../../src/index.js';
import { kept, step, type Step } from '../step.js';

/** The account of moto, and of local-aws unless another is said. */
const ACCOUNT = '123456789012';
const GITHUB = 'token.actions.githubusercontent.com';
const SUBJECT = 'repo:example/shop:environment:production';
const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/conformance`;

/** ROLE_ACCOUNT is local-aws's account with the role that the steps assume. moto has sessions of any role. */
export const ROLE_ACCOUNT: AccountOptions = {
  accountId: ACCOUNT,
  identityProviders: [{ url: `https://${GITHUB}` }],
  roles: [
    {
      name: 'conformance',
      trustPolicy: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' },
          {
            Effect: 'Allow',
            Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${GITHUB}` },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: { StringEquals: { [`${GITHUB}:sub`]: SUBJECT } },
          },
        ],
      },
    },
  ],
};

/** ROLE_CLAIMS are those of the token that the steps need, kept as `id-token`. */
export const ROLE_CLAIMS = { sub: SUBJECT };

const session = { RoleArn: ROLE_ARN, RoleSessionName: 'conformance' };

/** ROLE_STEPS assume roles, which a real account does not have: they are played where moto is the judge. */
export const ROLE_STEPS: readonly Step[] = [
  step('sts:AssumeRole', 'a role', ({ sts }) => sts.send(new AssumeRoleCommand(session))),
  step('sts:AssumeRole', 'for too short a time', ({ sts }) =>
    sts.send(new AssumeRoleCommand({ ...session, DurationSeconds: 899 })),
  ),
  step('sts:AssumeRole', 'a role that there is not', ({ sts }) =>
    sts.send(new AssumeRoleCommand({ ...session, RoleArn: `${ROLE_ARN}-none` })),
  ),
  step('sts:AssumeRoleWithWebIdentity', 'a role', (stage) =>
    stage.sts.send(new AssumeRoleWithWebIdentityCommand({ ...session, WebIdentityToken: kept(stage, 'id-token') })),
  ),
];
