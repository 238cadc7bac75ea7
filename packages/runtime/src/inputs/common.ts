import { defineInputs } from './schema.js';

/** ARN is how the entries of a list of ARNs begin: the name of a role may have commas, which split none. */
export const ARN = /arn:/;

/** AWS_INPUTS are the inputs of every action that calls AWS: the same thing has the same name everywhere. */
export const AWS_INPUTS = defineInputs({
  'aws-region': {
    type: 'string',
    description: 'The AWS region. Taken from AWS_REGION when not set.',
    example: 'eu-central-1',
  },
  'role-to-assume': {
    type: 'list',
    begins: ARN,
    description:
      "The ARN of the role to act as. It is assumed with the job's ID token (`permissions: id-token: write`), without that with the credentials of the environment, and assumed again before it ends. Of several roles, each is assumed with the one before. Without it, the environment's credentials are used as they are.",
    example: 'arn:aws:iam::123456789012:role/deliver',
  },
  'role-session-name': {
    type: 'string',
    pattern: /[\w+=,.@-]{2,64}/,
    expects: "2 to 64 letters, digits, '_', '+', '=', ',', '.', '@', '-'",
    description: "The name of the session in CloudTrail. `slipway-` and the run's id when not set.",
    example: 'deliver-web',
  },
  'role-duration-seconds': {
    type: 'integer',
    min: 900,
    max: 43200,
    default: 3600,
    description:
      "How long each session of the role lasts, at most the role's own maximum. A chained role gets 3600 at most. A step may take longer: the session is renewed.",
  },
  'allowed-account-ids': {
    type: 'list',
    description: 'Refuse to do anything when the credentials belong to another account than these.',
    example: '123456789012',
  },
});

/** REPORT_INPUTS is how an action takes over what steps of other jobs found: by their reports, which nothing blanks on the way. */
export const REPORT_INPUTS = defineInputs({
  reports: {
    type: 'path',
    description:
      'A report of an earlier step, or a folder of such reports, from this job or out of the artifact of another one. Inputs that are not set are taken from it, as their descriptions say; one that is set has to agree. A report of a step that failed is refused, but where what it did is taken back.',
    example: '${{ runner.temp }}/reports',
  },
});
