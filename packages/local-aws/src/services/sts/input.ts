import { AwsError } from '../../service.js';

type Input = Readonly<Record<string, unknown>>;

/**
 * refuseOthers refuses parameters that nothing would be done with.
 *
 * @throws AwsError ValidationError that names the first of them
 */
export function refuseOthers(operation: string, input: Input, known: readonly string[]): void {
  const parameter = Object.keys(input).find((name) => !known.includes(name));
  if (parameter !== undefined) throw invalid(`${operation} does not have the parameter '${parameter}'.`);
}

/**
 * textOf reads a parameter that has to be there, in its form.
 *
 * @throws AwsError ValidationError
 */
export function textOf(input: Input, parameter: string, form: RegExp): string {
  const value = input[parameter];
  if (typeof value === 'string' && form.test(value)) return value;
  const problem = value === undefined ? 'Member must not be null' : `Member must satisfy the pattern ${form.source}`;
  throw invalid(
    `1 validation error detected: Value at '${memberOf(parameter)}' failed to satisfy constraint: ${problem}`,
  );
}

/**
 * secondsOf reads DurationSeconds, an hour when it is absent.
 *
 * @throws AwsError ValidationError when it is none, or more than the role's sessions last
 */
export function secondsOf(input: Input, most: { readonly seconds: number; readonly because: string }): number {
  const value = input['DurationSeconds'] ?? '3600';
  const seconds = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : Number.NaN;
  if (!(seconds >= LEAST_SECONDS)) {
    throw invalid(
      "1 validation error detected: Value at 'durationSeconds' failed to satisfy constraint: " +
        `Member must have value greater than or equal to ${LEAST_SECONDS}`,
    );
  }
  if (seconds > most.seconds) throw invalid(`The requested DurationSeconds exceeds ${most.because}.`);
  return seconds;
}

/** STS's shortest session. */
const LEAST_SECONDS = 900;

function memberOf(parameter: string): string {
  return `${parameter.charAt(0).toLowerCase()}${parameter.slice(1)}`;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationError', message);
}
