import { AwsError } from '../../service.js';

/** invalidParameter is for input that CloudWatch Logs does not take. */
export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** groupNotFound is for an unknown log group. */
export function groupNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
}

/** streamNotFound is for an unknown log stream. */
export function streamNotFound(): AwsError {
  return new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
}

/** alreadyExists is for making what exists. */
export function alreadyExists(kind: 'group' | 'stream'): AwsError {
  return new AwsError('ResourceAlreadyExistsException', `The specified log ${kind} already exists`);
}

/** refuseGiven refuses members that ask for something local-aws does not do; empty ones ask for nothing. */
export function refuseGiven(input: object, members: readonly string[]): void {
  for (const member of members) {
    const value = (input as Readonly<Record<string, unknown>>)[member];
    const empty = value === undefined || value === false || (Array.isArray(value) && value.length === 0);
    if (!empty) throw invalidParameter(`local-aws does not run the parameter ${member}.`);
  }
}
