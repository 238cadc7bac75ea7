import type { IncomingMessage } from 'node:http';
import type { TargetGroupWeight } from '../load-balancing.js';

/** Condition is one test of a rule; a request passes when any of the values matches. `*` and `?` are wildcards. */
export type Condition =
  | { readonly field: 'path-pattern'; readonly values: readonly string[] }
  | { readonly field: 'host-header'; readonly values: readonly string[] }
  | {
      readonly field: 'http-header';
      readonly name: string;
      readonly values: readonly string[];
    };

/** RuleAction is what a rule does with a request. */
export type RuleAction =
  | {
      readonly type: 'forward';
      readonly targetGroups: readonly TargetGroupWeight[];
    }
  | {
      readonly type: 'fixed-response';
      readonly statusCode: number;
      readonly contentType: string;
      readonly messageBody: string;
    };

/** matchesAll tells whether a request passes every condition of a rule. */
export function matchesAll(conditions: readonly Condition[], request: IncomingMessage): boolean {
  return conditions.every((condition) => matches(condition, request));
}

/** Paths are case-sensitive; host names and header values are not. */
function matches(condition: Condition, request: IncomingMessage): boolean {
  switch (condition.field) {
    case 'path-pattern':
      return anyMatches(condition.values, pathOf(request), '');
    case 'host-header':
      return anyMatches(condition.values, (request.headers.host ?? '').replace(/:\d*$/, ''), 'i');
    case 'http-header':
      return headerValues(request, condition.name).some((value) => anyMatches(condition.values, value, 'i'));
  }
}

function anyMatches(patterns: readonly string[], text: string, flags: '' | 'i'): boolean {
  return patterns.some((pattern) => wildcard(pattern, flags).test(text));
}

/** wildcard returns the expression for a pattern in which `*` is any text, the empty one too, and `?` one character. */
export function wildcard(pattern: string, flags: '' | 'i'): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    // A run of stars means what one star means, and costs a backtracking matcher far less.
    .replace(/\*+/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, `s${flags}`);
}

function pathOf(request: IncomingMessage): string {
  const target = request.url ?? '/';
  // The absolute form, `GET http://host/path`, is legal though rare.
  const path = target.startsWith('/') ? target : target.replace(/^[a-z]+:\/\/[^/?]*/i, '');
  return path.split('?', 1)[0] || '/';
}

function headerValues(request: IncomingMessage, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  const raw = request.rawHeaders;
  return raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === wanted);
}
