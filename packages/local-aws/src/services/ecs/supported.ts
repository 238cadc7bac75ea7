import { invalidParameter, unsupported } from './errors.js';

/** isEmpty tells whether a value asks for nothing: then it may be left unsupported. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/**
 * refuseUnsupported refuses members that AWS knows and that local-aws would have to ignore.
 *
 * @throws AwsError InvalidParameterException that names the member
 */
export function refuseUnsupported(input: object, members: readonly string[], path = ''): void {
  for (const member of members) {
    const value = (input as Record<string, unknown>)[member];
    if (!isEmpty(value)) throw unsupported(`${path}${member}`);
  }
}

/**
 * requireOneOf refuses values that are not among those that local-aws understands; absent values pass.
 *
 * @throws AwsError InvalidParameterException that names the member and the value
 */
export function requireOneOf(
  member: string,
  values: string | readonly string[] | undefined,
  allowed: readonly string[],
): void {
  for (const value of typeof values === 'string' ? [values] : (values ?? [])) {
    if (allowed.includes(value)) continue;
    throw invalidParameter(
      `The value ${value} of ${member} is not valid here: it has to be one of ${allowed.join(', ')}.`,
    );
  }
}
