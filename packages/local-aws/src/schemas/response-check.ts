import { AwsError, type AwsService } from '../service.js';
import { problemsOf, type MessageForm } from './schema.js';
import { loadModel, type ServiceModel } from './sdk-models.js';

/** ResponseCheck holds what local-aws is about to answer against the SDK's model of the service. */
export interface ResponseCheck {
  /** @throws AwsError InternalFailure that names the operation and the members at fault */
  output(service: AwsService, operation: string, output: object): Promise<void>;
  /** @throws AwsError InternalFailure that names the operation and what is wrong with the error */
  error(service: AwsService, operation: string, error: AwsError): Promise<void>;
}

/**
 * Errors that every service may answer with, and that no model lists.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
 */
const COMMON_ERRORS = new Set([
  ...['AccessDenied', 'AccessDeniedException', 'ExpiredTokenException', 'IncompleteSignature', 'InternalFailure'],
  ...['InvalidAction', 'InvalidClientTokenId', 'MalformedHttpRequestException', 'MalformedInput', 'MissingAction'],
  ...['MissingAuthenticationToken', 'NotAuthorized', 'OptInRequired', 'RequestAbortedException'],
  ...['RequestEntityTooLarge', 'RequestEntityTooLargeException', 'RequestExpired', 'RequestTimeoutException'],
  ...['SerializationException', 'ServiceUnavailable', 'Throttling', 'ThrottlingException', 'UnknownOperationException'],
  ...['UnrecognizedClientException', 'ValidationError', 'ValidationException'],
]);

/** Both forms write a Date as the service does; JSON writes a number as it is, and that is a time too. */
const isDate = (value: unknown): boolean => value instanceof Date && !Number.isNaN(value.getTime());

/** createResponseCheck returns a check that loads the model of a service when it is first needed. */
export function createResponseCheck(): ResponseCheck {
  const models = new Map<string, Promise<ServiceModel>>();
  const modelled = async (service: AwsService): Promise<Modelled> => {
    const model = models.get(service.id) ?? loadModel(service.id);
    models.set(service.id, model);
    return { service, model: await model };
  };
  return {
    output: async (service, operation, output) => checkOutput(await modelled(service), operation, output),
    error: async (service, operation, error) => checkError(await modelled(service), operation, error),
  };
}

interface Modelled {
  readonly service: AwsService;
  readonly model: ServiceModel;
}

function checkOutput({ service, model }: Modelled, operation: string, output: object): void {
  const schema = model.output(operation);
  const what = `the answer of ${service.id}:${operation}`;
  if (schema === undefined) throw untrue(what, ['The SDK knows no such operation.']);
  const problems = problemsOf(schema, output, formOf(service, model)).map(({ message }) => message);
  if (problems.length > 0) throw untrue(what, problems);
}

function checkError({ service, model }: Modelled, operation: string, error: AwsError): void {
  const what = `the error ${error.code} of ${service.id}:${operation}`;
  const known = model.error(service.protocol.kind, error.code);
  if (!known) {
    if (COMMON_ERRORS.has(error.code)) return;
    throw untrue(what, ['The SDK knows no such error.']);
  }
  const problems = problemsOf(known.schema, error.fields, formOf(service, model)).map(({ message }) => message);
  const wrongStatus = known.status !== undefined && known.status !== error.status;
  const status = wrongStatus ? [`The HTTP status has to be ${known.status}, not ${error.status}.`] : [];
  if (problems.length + status.length > 0) throw untrue(what, [...status, ...problems]);
}

function formOf(service: AwsService, model: ServiceModel): MessageForm {
  const json = service.protocol.kind === 'json';
  return {
    isTimestamp: (value) => isDate(value) || (json && typeof value === 'number' && Number.isFinite(value)),
    nullIsAbsent: false,
    enumeration: (structure, member) => model.enumeration(structure, member),
  };
}

function untrue(what: string, problems: readonly string[]): AwsError {
  return new AwsError('InternalFailure', `local-aws made up ${what}. ${problems.join(' ')}`, { status: 500 });
}
