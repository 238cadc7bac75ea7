import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { step, type Step } from '../step.js';

/** STS_STEPS are the calls of STS. */
export const STS_STEPS: readonly Step[] = [
  step('sts:GetCallerIdentity', 'anybody', ({ sts }) => sts.send(new GetCallerIdentityCommand({}))),
];
