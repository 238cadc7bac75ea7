import { AwsError } from '../service.js';

/** The codes of a service for what can go wrong with any of its calls. */
interface ServiceCodes {
  readonly throttled: string;
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
  const codes = codesOf(service);
  return new AwsError(code ?? codes.throttled, 'Rate exceeded', details(codes.query?.throttled));
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
  readonly accountId: string;
  readonly accessKeyId: string;
}

/** denied is the error of a caller whose policies do not allow a call, in IAM's words. */
export function denied(call: DeniedCall): AwsError {
  const { denied: code, deniedStatus: status, query } = codesOf(call.service);
  // CloudWatch's name in a policy is not the one in its signature.
  const action = `${call.service === 'monitoring' ? 'cloudwatch' : call.service}:${call.operation}`;
  const message =
    `User: arn:aws:iam::${call.accountId}:user/${call.accessKeyId} is not authorized to perform: ${action} ` +
    `on resource: ${call.resource ?? '*'} because no identity-based policy allows the ${action} action`;
  return new AwsError(code, message, { status, ...details(query?.denied) });
}

function details(queryCode: string | undefined): { readonly queryCode?: string } {
  return queryCode === undefined ? {} : { queryCode };
}

function codesOf(service: string): ServiceCodes {
  return CODES[service] ?? JSON_CODES;
}
