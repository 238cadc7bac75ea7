import { AwsError } from '../../service.js';

/** invalidValue is for a value that CloudWatch does not take. */
export function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message, { queryCode: 'InvalidParameterValue' });
}

/** invalidCombination is for parameters that contradict each other. */
export function invalidCombination(message: string): AwsError {
  return new AwsError('InvalidParameterCombinationException', message, { queryCode: 'InvalidParameterCombination' });
}

/** missingParameter is for a parameter that has to be there. */
export function missingParameter(message: string): AwsError {
  return new AwsError('MissingRequiredParameterException', message, { queryCode: 'MissingParameter' });
}

/** alarmNotFound is for acting on an alarm that does not exist. */
export function alarmNotFound(): AwsError {
  return new AwsError('ResourceNotFound', 'Unknown alarm.', { status: 404, queryCode: 'ResourceNotFound' });
}

/** invalidToken is for a page that nobody was told of. */
export function invalidToken(): AwsError {
  return new AwsError('InvalidNextToken', 'The next token specified is invalid.', { queryCode: 'InvalidNextToken' });
}

/** unsupported is for what AWS takes and local-aws does not act on: it is refused by name, never ignored. */
export function unsupported(member: string, value?: unknown): AwsError {
  const given = value === undefined ? '' : ` with the value ${JSON.stringify(value)}`;
  return invalidValue(`local-aws does not run the parameter ${member}${given}.`);
}

/** refuseGiven refuses members that ask for something local-aws does not do; empty ones ask for nothing. */
export function refuseGiven(input: object, members: readonly string[], path = ''): void {
  for (const member of members) {
    const value = (input as Readonly<Record<string, unknown>>)[member];
    const empty = value === undefined || value === null || value === false || (Array.isArray(value) && !value.length);
    if (!empty) throw unsupported(`${path}${member}`);
  }
}
