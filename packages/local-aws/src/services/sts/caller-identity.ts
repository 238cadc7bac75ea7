import { userCaller } from '../../iam/caller.js';
import type { CallContext } from '../../service.js';
import { refuseOthers } from './input.js';

/** callerIdentity answers GetCallerIdentity. */
export function callerIdentity(input: Readonly<Record<string, unknown>>, context: CallContext): object {
  refuseOthers('GetCallerIdentity', input, []);
  const { accountId, accessKeyId } = context;
  const caller = context.caller ?? userCaller(accountId, { name: accessKeyId, userId: accessKeyId });
  return { Arn: caller.arn, UserId: caller.userId, Account: caller.accountId };
}
