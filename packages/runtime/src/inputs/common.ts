import { defineInputs } from './schema.js';

/** AWS_INPUTS are the inputs of every action that calls AWS: the same thing has the same name everywhere. */
export const AWS_INPUTS = defineInputs({
  'aws-region': {
    type: 'string',
    description: 'The AWS region. Taken from AWS_REGION when not set.',
    example: 'eu-central-1',
  },
  'allowed-account-ids': {
    type: 'list',
    description: 'Refuse to do anything when the credentials belong to another account than these.',
    example: '123456789012',
  },
});
