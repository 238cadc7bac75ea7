import type { AwsService, CallContext } from '../service.js';

/** createStsService returns STS: who the caller is. Every access key belongs to one user of the same name. */
export function createStsService(): AwsService {
  return {
    id: 'sts',
    protocol: { kind: 'query', version: '2011-06-15' },
    operations: { GetCallerIdentity: (_input, context) => callerIdentity(context) },
    state: () => ({}),
    close: () => Promise.resolve(),
  };
}

function callerIdentity(context: CallContext): object {
  return {
    Arn: `arn:aws:iam::${context.accountId}:user/${context.accessKeyId}`,
    UserId: context.accessKeyId,
    Account: context.accountId,
  };
}
