import { AwsError } from '../service.js';

/** The deepest input of an API here has some ten levels, and DynamoDB's items may have 32 more. */
const MAX_DEPTH = 128;

/**
 * parseJsonInput reads the body of a JSON call.
 *
 * @throws AwsError SerializationException
 */
export function parseJsonInput(body: string): Record<string, unknown> {
  if (body.trim() === '') return {};
  if (depthOf(body) > MAX_DEPTH) throw new AwsError('SerializationException', 'The request body is nested too deep.');
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new AwsError('SerializationException', 'The request body is not JSON.');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new AwsError('SerializationException', 'The request body is not a JSON object.');
  }
  return parsed as Record<string, unknown>;
}

/** Counts brackets outside of texts: whoever reads the parsed value may do so by recursion. */
function depthOf(body: string): number {
  let [depth, deepest] = [0, 0];
  for (const [bracket] of body.replace(/"(?:[^"\\]|\\.)*"/g, '').matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** writeJsonOutput returns an answer's body: times as epoch seconds, members that are undefined left out. */
export function writeJsonOutput(output: object): string {
  return JSON.stringify(toWire(output));
}

/** writeJsonError returns an error's body, with the members of its documented shape. */
export function writeJsonError(error: AwsError): string {
  return JSON.stringify(toWire({ __type: error.code, message: error.message, ...error.fields }));
}

function toWire(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(toWire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toWire(member)]));
}
