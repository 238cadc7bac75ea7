import type { HttpAnswer } from './http.js';
import { readJsonPath } from './json-path.js';
import { firstGroup } from './patterns.js';
import type { Capture } from './suite.js';

/** A value for the next checks is an id or a token, no page. */
const MAX_VALUE_CHARS = 4_096;

/** captureFrom reads what a check keeps for the next ones; what is not there is a problem, one sentence each. */
export function captureFrom(
  captures: ReadonlyMap<string, Capture>,
  answer: HttpAnswer,
): { readonly values: ReadonlyMap<string, string>; readonly problems: readonly string[] } {
  const values = new Map<string, string>();
  const problems: string[] = [];
  for (const [name, capture] of captures) {
    const value = valueOf(capture, answer);
    if (value === undefined) problems.push(`'${name}' cannot be captured: ${whatOf(capture)} is not there`);
    else if (value.length > MAX_VALUE_CHARS) problems.push(`'${name}' is longer than ${MAX_VALUE_CHARS} characters`);
    else values.set(name, value);
  }
  return { values, problems };
}

function valueOf(capture: Capture, { body, headers }: HttpAnswer): string | undefined {
  switch (capture.from) {
    case 'header':
      return headers.get(capture.name);
    case 'body':
      return firstGroup(capture.regex, body);
    case 'json': {
      const found = readJsonPath(capture.steps, jsonOf(body));
      if (!found) return undefined;
      return typeof found.value === 'string' ? found.value : JSON.stringify(found.value);
    }
  }
}

function whatOf(capture: Capture): string {
  switch (capture.from) {
    case 'header':
      return `header '${capture.name}'`;
    case 'body':
      return `what ${String(capture.regex)} finds`;
    case 'json':
      return `'${capture.path}'`;
  }
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
