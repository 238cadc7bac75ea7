import { AwsError } from '../../service.js';

type Input = Readonly<Record<string, unknown>>;

/**
 * stringOf reads a required text member.
 *
 * @throws AwsError InvalidParameterException
 */
export function stringOf(input: Input, member: string): string {
  const value = input[member];
  if (typeof value === 'string' && value !== '') return value;
  throw invalidParameter(`The member '${member}' is required and has to be a text.`);
}

/** listOf reads an optional list of objects or texts. */
export function listOf<T>(input: Input, member: string): readonly T[] | undefined {
  const value = input[member];
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) return value as T[];
  throw invalidParameter(`The member '${member}' has to be a list.`);
}

/** invalidParameter is ECR's error for an input that it cannot use. */
export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid parameter: ${message}`);
}

/** A page of a list, and the token of the next one. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/** ECR's documented default for maxResults. */
const DEFAULT_PAGE = 100;

/** pageOf cuts the page that the input's maxResults and nextToken ask for. */
export function pageOf<T>(items: readonly T[], input: Input): Page<T> {
  const start = Number(input['nextToken'] ?? 0);
  const size = Number(input['maxResults'] ?? DEFAULT_PAGE);
  if (!Number.isInteger(start) || start < 0) throw invalidParameter("The member 'nextToken' is not one of ours.");
  if (!Number.isInteger(size) || size < 1) throw invalidParameter("The member 'maxResults' has to be at least 1.");
  const end = start + size;
  return { items: items.slice(start, end), ...(end < items.length ? { nextToken: String(end) } : {}) };
}
