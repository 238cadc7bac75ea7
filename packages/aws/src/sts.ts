import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsConfiguration } from './configuration.js';
import { fromAws } from './errors.js';
import { obeying } from './obeying.js';

/** StsPort is what the suite asks of the Security Token Service. */
export interface StsPort {
  /** The 12 digits of the account whose credentials the job holds. */
  accountId(): Promise<string>;
}

/** createSts returns STS behind the SDK. Errors are SlipwayErrors with codes AWS_*. */
export function createSts(configuration: AwsConfiguration): StsPort {
  const client = obeying(new STSClient(configuration), configuration);
  return {
    accountId: async () => {
      const answer = await client.send(new GetCallerIdentityCommand({})).catch((error: unknown) => {
        throw fromAws('sts:GetCallerIdentity', error);
      });
      return answer.Account ?? '';
    },
  };
}
