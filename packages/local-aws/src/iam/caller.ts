import type { Policy, Principal } from './policy.js';

/** Caller is who signed a call, as AWS knows them. */
export interface Caller {
  /** 12 digits. */
  readonly accountId: string;
  /** `arn:aws:iam::ACCOUNT:user/NAME`, or `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
  readonly arn: string;
  /** What GetCallerIdentity calls UserId. */
  readonly userId: string;
  /** What the caller may do; undefined for everything in the account. */
  readonly policies: readonly Policy[] | undefined;
  /** As whom trust policies may name the caller, the account left out. */
  readonly principals: readonly Principal[];
  /** Whether these are a role's credentials: what they assume is a chained role. */
  readonly isSession: boolean;
}

/** userCaller is a user of an account. */
export function userCaller(
  accountId: string,
  { name, userId, policies }: { readonly name: string; readonly userId: string; readonly policies?: readonly Policy[] },
): Caller {
  const arn = `arn:aws:iam::${accountId}:user/${name}`;
  const principals: readonly Principal[] = [{ kind: 'AWS', name: arn }];
  return { accountId, arn, userId, policies, principals, isSession: false };
}

/** accountPrincipals are the two ways in which a trust policy names a whole account. */
export function accountPrincipals(accountId: string): readonly Principal[] {
  return [accountId, `arn:aws:iam::${accountId}:root`].map((name) => ({ kind: 'AWS', name }));
}
