import type { HttpAnswer } from './http.js';
import { readJsonPath } from './json-path.js';
import { matchJson } from './json-match.js';
import { matchRegex } from './patterns.js';
import { snippet } from './snippet.js';
import type { Expectation, Pattern } from './suite.js';
import { judgeTls } from './tls/judge.js';

/** Timing is how long an answer took, and when it came: milliseconds, since the epoch. */
export interface Timing {
  readonly ms: number;
  readonly now: number;
}

/** judge returns what is wrong with an answer: one sentence per expectation that does not hold. */
export function judge(expect: Expectation, answer: HttpAnswer, { ms, now }: Timing): string[] {
  return [
    ...judgeStatus(expect.statuses, answer.status),
    ...[...expect.headers].flatMap(([name, pattern]) => judgeHeader(name, pattern, answer.headers.get(name))),
    ...judgeText(expect, answer),
    ...judgeBody(expect, answer),
    ...(expect.tls ? judgeTls(expect.tls, answer.tls, now) : []),
    ...(expect.withinMs !== undefined && ms > expect.withinMs
      ? [`took ${ms} ms; expected at most ${expect.withinMs} ms`]
      : []),
  ];
}

/** judgeStatus returns what is wrong with a status; without expected ones any 2xx is right. */
export function judgeStatus(statuses: readonly number[] | undefined, status: number): string[] {
  if (statuses ? statuses.includes(status) : status >= 200 && status <= 299) return [];
  return [`status is ${status}; expected ${statuses?.join(' or ') ?? '2xx'}`];
}

function judgeHeader(name: string, pattern: Pattern, value: string | undefined): string[] {
  if (value === undefined) return [`header '${name}' is missing`];
  if ('exact' in pattern) {
    return value === pattern.exact ? [] : [`header '${name}' is '${snippet(value)}'; expected '${pattern.exact}'`];
  }
  return judgeMatch(pattern.regex, value, `header '${name}' is '${snippet(value)}'`);
}

function judgeMatch(regex: RegExp, text: string, what: string): string[] {
  switch (matchRegex(regex, text)) {
    case 'found':
      return [];
    case 'not-found':
      return [`${what}; expected it to match ${String(regex)}`];
    case 'too-slow':
      return [`${String(regex)} takes too long to match; write it without nested or neighbouring repetitions`];
  }
}

function judgeText({ contains, matches }: Expectation, { body, truncated }: HttpAnswer): string[] {
  const cut = truncated ? ' (only its first 1 MiB was read)' : '';
  return [
    ...(contains !== undefined && !body.includes(contains) ? [`body does not contain '${contains}'${cut}`] : []),
    ...(matches ? judgeMatch(matches, body, `body does not fit${cut}`) : []),
  ];
}

function judgeBody({ json, jsonPaths, schema }: Expectation, { body, truncated }: HttpAnswer): string[] {
  if (json === undefined && jsonPaths === undefined && schema === undefined) return [];
  if (truncated) return ['body is longer than 1 MiB and was not read as JSON'];
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return ['body is not JSON'];
  }
  return [
    ...(json === undefined ? [] : matchJson(json, parsed)),
    ...(jsonPaths ?? []).flatMap(({ path, steps, value }) => {
      const found = readJsonPath(steps, parsed);
      return found ? matchJson(value, found.value, path) : [`${path} is missing; expected ${JSON.stringify(value)}`];
    }),
    ...(schema?.(parsed) ?? []),
  ];
}
