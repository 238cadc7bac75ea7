import { parseJsonPath, type JsonStep } from './json-path.js';
import { toSchemaCheck } from './json-schema.js';
import { toPattern, toRegex } from './patterns.js';
import type { RawCheck, RawSuite } from './schema.js';
import type { Auth, Capture, Check, CheckRequest, Expectation, TlsExpectation } from './suite.js';
import type { TlsTrust } from './tls/trust.js';
import { templatesIn } from './variables.js';

/** toCheck turns a check in the words of its file into one that can be run. Its shape has been proved. */
export function toCheck(raw: RawCheck, line: number): Check {
  const { name, tags, capture, retry } = raw;
  return {
    name,
    line,
    request: toRequest(raw.request),
    expect: toExpectation(raw.expect),
    ...(tags === undefined ? {} : { tags }),
    ...(retry === undefined ? {} : { retry: { times: retry.times, delayMs: retry['delay-ms'] } }),
    ...(capture === undefined
      ? {}
      : { captures: new Map(Object.entries(capture).map(([key, one]) => [key, toCapture(one)])) }),
  };
}

function toRequest(raw: RawCheck['request']): CheckRequest {
  const { method, path, headers, body, json, auth, 'follow-redirects': followRedirects } = raw;
  const more = {
    ...(auth === undefined ? {} : { auth: toAuth(auth) }),
    ...(followRedirects === undefined ? {} : { followRedirects }),
  };
  if (json === undefined) return { method, path, headers, ...(body === undefined ? {} : { body }), ...more };
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  const typed = hasType ? headers : { ...headers, 'content-type': 'application/json' };
  const text = JSON.stringify(json);
  // As data where something is put into it: a value must not be able to end the text that it stands in.
  return { method, path, headers: typed, ...(templatesIn(text).length > 0 ? { json } : { body: text }), ...more };
}

function toAuth(raw: NonNullable<RawCheck['request']['auth']>): Auth {
  if ('bearer-env' in raw) return { kind: 'bearer', variable: raw['bearer-env'] };
  return { kind: 'basic', variable: raw['basic-env'] };
}

function toCapture(raw: NonNullable<RawCheck['capture']>[string]): Capture {
  if ('header' in raw) return { from: 'header', name: raw.header.toLowerCase() };
  if ('matches' in raw) return { from: 'body', regex: toRegex(raw.matches) };
  return { from: 'json', path: raw.json, steps: stepsOf(raw.json) };
}

function toExpectation(raw: RawCheck['expect']): Expectation {
  const { status, json, contains, matches, 'within-ms': withinMs, 'json-path': paths, schema, tls } = raw;
  return {
    ...(status === undefined ? {} : { statuses: Array.isArray(status) ? status : [status] }),
    headers: new Map(Object.entries(raw.headers).map(([name, text]) => [name.toLowerCase(), toPattern(text)])),
    ...(json === undefined ? {} : { json }),
    ...(contains === undefined ? {} : { contains }),
    ...(matches === undefined ? {} : { matches: toRegex(matches) }),
    ...(withinMs === undefined ? {} : { withinMs }),
    ...(paths === undefined
      ? {}
      : { jsonPaths: Object.entries(paths).map(([path, value]) => ({ path, steps: stepsOf(path), value })) }),
    ...(schema === undefined ? {} : { schema: toSchemaCheck(schema) }),
    ...(tls === undefined ? {} : { tls: toTls(tls) }),
  };
}

function toTls(raw: NonNullable<RawCheck['expect']['tls']>): TlsExpectation {
  const { 'min-version': minVersion, 'min-days': minDays, issuer, names } = raw;
  return {
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(minDays === undefined ? {} : { minDays }),
    ...(issuer === undefined ? {} : { issuer: toPattern(issuer) }),
    ...(names === undefined ? {} : { names }),
  };
}

/** toTrust turns what a suite trusts, in the words of its file, into what connections are made with. */
export function toTrust({ ca, 'server-name': serverName }: NonNullable<RawSuite['tls']>): TlsTrust {
  return { ...(ca === undefined ? {} : { ca }), ...(serverName === undefined ? {} : { serverName }) };
}

function stepsOf(path: string): readonly JsonStep[] {
  return parseJsonPath(path) ?? [];
}
