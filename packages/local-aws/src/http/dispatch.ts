import type { IncomingHttpHeaders } from 'node:http';
import { authorize } from '../iam/authorize.js';
import type { Caller } from '../iam/caller.js';
import type { Identities } from '../iam/identities.js';
import type { ResponseCheck } from '../schemas/response-check.js';
import { AwsError, type AwsService } from '../service.js';
import type { CredentialScope } from './credential-scope.js';
import {
  prepareCall,
  prepareForeignCall,
  type ForeignService,
  type NamedOperation,
  type PreparedCall,
} from './prepare.js';
import type { Route } from './wire.js';

/** ApiAccount is as much of an account as its calls need. */
export interface ApiAccount {
  readonly accountId: string;
  /** The region of its ECS. */
  readonly region: string;
  readonly services: readonly AwsService[];
  readonly foreign: readonly ForeignService[];
}

/** What calls are dispatched with. */
export interface DispatchParts {
  readonly identities: Identities;
  account(accountId: string): ApiAccount;
  readonly check?: ResponseCheck | undefined;
}

/** A call as far as its headers tell, and whose it is: undefined when nobody signed it. */
export interface IdentifiedCall {
  readonly requestId: string;
  readonly target: string | undefined;
  readonly scope: CredentialScope | undefined;
  readonly route: Route;
  readonly caller: Caller | undefined;
  /** Whether it takes no signature. */
  readonly isForAnybody: boolean;
}

/**
 * identify tells whose call it is; undefined when nobody signed it.
 *
 * @throws AwsError when the key is not, or no longer, good
 */
export function identify(
  identities: Identities,
  { scope, target }: Pick<IdentifiedCall, 'scope' | 'target'>,
  headers: IncomingHttpHeaders,
): Caller | undefined {
  if (!scope) return undefined;
  const token = headers['x-amz-security-token'];
  return identities.callerOf({
    accessKeyId: scope.accessKeyId,
    sessionToken: typeof token === 'string' ? token : undefined,
    protocol: target === undefined ? 'query' : 'json',
  });
}

/**
 * dispatch hands a call to the services of its caller's account, and prepares it there.
 *
 * @throws AwsError
 */
export function dispatch(
  { identities, check, ...parts }: DispatchParts,
  call: IdentifiedCall,
  { headers, body }: { readonly headers: IncomingHttpHeaders; readonly body: Buffer },
): PreparedCall {
  const { route, scope, requestId, target, caller } = call;
  const account = parts.account(caller?.accountId ?? identities.defaultAccountId);
  const { accountId } = account;
  const mayCall = (asked: NamedOperation): void => {
    // Who may do everything, in the one account that there is: the most calls of all, and nothing to look at.
    if (!caller || (caller.policies === undefined && identities.accountIds.size < 2)) return;
    // Whatever region a call of ECS's is signed for, it is about the world's own.
    const region = asked.service === 'ecs' ? account.region : (scope?.region ?? account.region);
    authorize({ ...asked, caller, accountId, region }, (other) => identities.accountIds.has(other));
  };
  const foreign = account.foreign.find((service) => service.owns(target));
  if (foreign) return prepareForeignCall(foreign, { headers, body, target: target ?? '', authorize: mayCall });
  if (!caller && !call.isForAnybody) {
    const message = 'The request is not signed; local-aws answers signed calls.';
    throw new AwsError('MissingAuthenticationToken', message, { status: 403 });
  }
  const service = account.services.find(({ id }) => id === route.service?.id);
  const { region, accessKeyId } = scope ?? { region: account.region, accessKeyId: '' };
  const context = { accountId, region, accessKeyId, requestId, ...(caller ? { caller } : {}) };
  return prepareCall({ route: { ...route, service }, context, check, authorize: mayCall }, body.toString('utf8'));
}
