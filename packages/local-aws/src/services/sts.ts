import { AwsError, type AwsService, type CallContext } from '../service.js';

/** createStsService returns STS: who the caller is. Every access key belongs to one user of the same name. */
export function createStsService(): AwsService {
  return {
    id: 'sts',
    protocol: { kind: 'query', version: '2011-06-15' },
    operations: { GetCallerIdentity: callerIdentity },
    state: () => ({}),
    close: () => Promise.resolve(),
  };
}

function callerIdentity(input: Readonly<Record<string, unknown>>, context: CallContext): object {
  const [parameter] = Object.keys(input);
  if (parameter !== undefined) {
    throw new AwsError('ValidationError', `GetCallerIdentity does not have the parameter '${parameter}'.`);
  }
  return {
    Arn: `arn:aws:iam::${context.accountId}:user/${context.accessKeyId}`,
    UserId: context.accessKeyId,
    Account: context.accountId,
  };
}
