import { policyNameOf } from '../iam/policy-name.js';
import { AwsError } from '../service.js';

/** The codes of a service for what can go wrong with any of its calls. */
interface ServiceCodes {
  readonly throttled: string;
  /** HTTP status of a call that is one too many; 400 unless said. */
  readonly throttledStatus?: number;
  readonly failed: string;
  readonly denied: string;
  /** HTTP status of an access that is denied. */
  readonly deniedStatus: number;
  /** For a service that moved from Query to JSON: the codes that it had there. */
  readonly query?: ServiceCodes;
}

/** What services say that speak Query, and what those say that speak JSON, unless they say otherwise. */
const QUERY_CODES: ServiceCodes = {
  throttled: 'Throttling',
  failed: 'InternalFailure',
  denied: 'AccessDenied',
  deniedStatus: 403,
};
const JSON_CODES: ServiceCodes = {
  throttled: 'ThrottlingException',
  failed: 'ServerException',
  denied: 'AccessDeniedException',
  // The protocol's own status for a mistake of the client.
  deniedStatus: 400,
};

/** By the service's name in the credential scope; codes and statuses are those of the SDK's models, where they have any. */
const CODES: Readonly<Record<string, ServiceCodes>> = {
  ecs: { ...JSON_CODES, deniedStatus: 403 },
  ecr: JSON_CODES,
  // What a registry answers is of the distribution specification, and so are its codes.
  registry: {
    throttled: 'TOOMANYREQUESTS',
    throttledStatus: 429,
    failed: 'UNKNOWN',
    denied: 'DENIED',
    deniedStatus: 403,
  },
  events: { ...JSON_CODES, failed: 'InternalException' },
  logs: { ...JSON_CODES, failed: 'ServiceUnavailableException' },
  dynamodb: { ...JSON_CODES, failed: 'InternalServerError' },
  monitoring: {
    ...JSON_CODES,
    failed: 'InternalServiceFault',
    query: { ...QUERY_CODES, failed: 'InternalServiceError' },
  },
  elasticloadbalancing: QUERY_CODES,
  sts: QUERY_CODES,
};

/** throttled is the error of a caller that calls too often. */
export function throttled(service: string, code?: string): AwsError {
  const { throttled: usual, throttledStatus: status = 400, query } = codesOf(service);
  return new AwsError(code ?? usual, 'Rate exceeded', { status, ...details(query?.throttled) });
}

/** failed is the error of a service that fails. */
export function failed(
  service: string,
  { code, status = 500 }: { readonly code?: string; readonly status?: number },
): AwsError {
  const message = 'The request processing has failed because of an unknown error, exception or failure.';
  const codes = codesOf(service);
  return new AwsError(code ?? codes.failed, message, { status, ...details(codes.query?.failed) });
}

/** DeniedCall is a call as its denial tells it. */
export interface DeniedCall {
  readonly service: string;
  readonly operation: string;
  readonly resource: string | undefined;
  /** Who called. */
  readonly callerArn: string;
}

/** denied is the error of a caller whose policies do not allow a call, in IAM's words. */
export function denied({ service, operation, resource = '*', callerArn }: DeniedCall): AwsError {
  const action = `${policyNameOf(service)}:${operation}`;
  return deniedFor({ service, action, resource, callerArn, because: 'no identity-based policy' });
}

/** Denial is what a denied call took, and why it was denied. */
export interface Denial {
  /** By the name in the credential scope: its code is the service's own. */
  readonly service: string;
  /** As policies call it, `ecs:UpdateService`. */
  readonly action: string;
  readonly resource: string;
  readonly callerArn: string;
  /**
   * `no resource-based policy`: the resource is another account's, which has none that lets the caller in. Absent where
   * AWS does not say why.
   */
  readonly because?: 'no identity-based policy' | 'no resource-based policy' | 'explicit deny';
}

/**
 * deniedFor is the error of a call that policies do not allow.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function deniedFor({ service, action, resource, callerArn, because }: Denial): AwsError {
  const { denied: code, deniedStatus: status, query } = codesOf(service);
  const message = `User: ${callerArn} is not authorized to perform: ${action} on resource: ${resource}${why(because, action)}`;
  return new AwsError(code, message, { status, ...details(query?.denied) });
}

function why(because: Denial['because'], action: string): string {
  if (because === undefined) return '';
  if (because === 'explicit deny') return ' with an explicit deny in an identity-based policy';
  return ` because ${because} allows the ${action} action`;
}

function details(queryCode: string | undefined): { readonly queryCode?: string } {
  return queryCode === undefined ? {} : { queryCode };
}

function codesOf(service: string): ServiceCodes {
  return CODES[service] ?? JSON_CODES;
}
