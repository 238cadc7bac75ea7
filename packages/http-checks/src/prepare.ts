import { METHODS_WITHOUT_BODY, type Check, type CheckRequest, type Expectation, type Method } from './suite.js';
import { expand, expandJson, expandPath, type Variables } from './variables.js';

/** What the values of a suite's variables are put into. */
export interface PrepareOptions {
  /** Absent: the suite has no variables, and braces are braces. */
  readonly variables: Variables | undefined;
  /** Where `auth` takes its credentials from. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** PreparedRequest is a request as it is sent. */
export interface PreparedRequest {
  readonly method: Method;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const PATH = /^\/[\x21-\x22\x24-\x7e]*$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * prepareRequest puts values and credentials into a request. What they make of it is looked at again: a value comes from
 * the service.
 *
 * @throws Error for what cannot be sent
 */
export function prepareRequest(request: CheckRequest, options: PrepareOptions): PreparedRequest {
  const { variables } = options;
  const put = (text: string): string => (variables ? expand(text, variables) : text);
  const path = variables ? expandPath(request.path, variables) : request.path;
  if (!PATH.test(path)) throw new Error("the path with its values does not start with '/', or holds what no path may");
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, put(value)]));
  const wrong = Object.entries(headers).find(([, value]) => !HEADER_VALUE.test(value));
  if (wrong) throw new Error(`header '${wrong[0]}' with its values holds what no header may`);
  const body = bodyOf(request, variables);
  return {
    method: request.method,
    path,
    headers: { ...headers, ...authOf(request, options) },
    ...(body === undefined ? {} : { body }),
  };
}

function bodyOf({ body, json }: CheckRequest, variables: Variables | undefined): string | undefined {
  if (json !== undefined) return JSON.stringify(variables ? expandJson(json, variables) : json);
  return body !== undefined && variables ? expand(body, variables) : body;
}

function authOf({ auth }: CheckRequest, { environment }: PrepareOptions): Record<string, string> {
  if (!auth) return {};
  const secret = environment[auth.variable];
  if (!secret) throw new Error(`the environment variable '${auth.variable}' that 'auth' names is not set`);
  if (!HEADER_VALUE.test(secret))
    throw new Error(`the environment variable '${auth.variable}' holds what no header may`);
  const value = auth.kind === 'bearer' ? `Bearer ${secret}` : `Basic ${Buffer.from(secret).toString('base64')}`;
  return { authorization: value };
}

/** prepareExpectation puts values into what is expected. Expressions and JSON Schemas stay as they are. */
export function prepareExpectation(expectation: Expectation, variables: Variables | undefined): Expectation {
  if (!variables) return expectation;
  const { contains, json, jsonPaths, headers } = expectation;
  return {
    ...expectation,
    headers: new Map(
      [...headers].map(([name, one]) => [name, 'exact' in one ? { exact: expand(one.exact, variables) } : one]),
    ),
    ...(contains === undefined ? {} : { contains: expand(contains, variables) }),
    ...(json === undefined ? {} : { json: expandJson(json, variables) }),
    ...(jsonPaths === undefined
      ? {}
      : { jsonPaths: jsonPaths.map((one) => ({ ...one, value: expandJson(one.value, variables) })) }),
  };
}

/** afterRedirect returns the request that follows a redirect within the same origin (RFC 9110, 15.4). */
export function afterRedirect(request: PreparedRequest, status: number, path: string): PreparedRequest {
  const becomesGet = status === 303 || ((status === 301 || status === 302) && request.method === 'POST');
  if (!becomesGet || METHODS_WITHOUT_BODY.includes(request.method)) return { ...request, path };
  const headers = Object.entries(request.headers).filter(([name]) => name.toLowerCase() !== 'content-type');
  return { method: 'GET', path, headers: Object.fromEntries(headers) };
}

/** usesVariables tells whether braces in a suite are names of values. */
export function usesVariables(checks: readonly Check[], variables: ReadonlyMap<string, unknown> | undefined): boolean {
  return variables !== undefined || checks.some(({ captures }) => captures !== undefined);
}
