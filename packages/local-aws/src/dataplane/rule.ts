import type { IncomingMessage } from 'node:http';
import type { BlockList } from 'node:net';
import type { TargetGroupWeight } from '../load-balancing.js';
import { anyMatches, holdsPair, type QueryPair } from './pattern.js';

/** Condition is one test of a rule; a request passes when any of the values matches. `*` and `?` are wildcards. */
export type Condition =
  | { readonly field: 'path-pattern'; readonly values: readonly string[] }
  | { readonly field: 'host-header'; readonly values: readonly string[] }
  | {
      readonly field: 'http-header';
      readonly name: string;
      readonly values: readonly string[];
    }
  | { readonly field: 'query-string'; readonly pairs: readonly QueryPair[] }
  | { readonly field: 'http-request-method'; readonly values: readonly string[] }
  | {
      readonly field: 'source-ip';
      /** As they were written: addresses with the length of their prefix. */
      readonly values: readonly string[];
      readonly ranges: BlockList;
    };

/** RuleAction is what a rule does with a request. */
export type RuleAction =
  | {
      readonly type: 'forward';
      readonly targetGroups: readonly TargetGroupWeight[];
      /** How long a client stays with the group that it got; of the world's time. Absent: it is drawn each time. */
      readonly stickySeconds?: number;
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

/** Paths and methods are case-sensitive; host names, header values and query strings are not. */
function matches(condition: Condition, request: IncomingMessage): boolean {
  switch (condition.field) {
    case 'path-pattern':
      return anyMatches(condition.values, pathOf(request), '');
    case 'host-header':
      return anyMatches(condition.values, (request.headers.host ?? '').replace(/:\d*$/, ''), 'i');
    case 'http-header':
      return headerValues(request, condition.name).some((value) => anyMatches(condition.values, value, 'i'));
    case 'query-string':
      return condition.pairs.some((pair) => holdsPair(queryOf(request), pair));
    case 'http-request-method':
      return condition.values.includes(request.method ?? '');
    case 'source-ip':
      return isWithin(condition.ranges, request.socket.remoteAddress ?? '');
  }
}

/** The address of the connection decides; X-Forwarded-For is only what a client says. */
function isWithin(ranges: BlockList, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, '');
  return ranges.check(plain);
}

function pathOf(request: IncomingMessage): string {
  const target = request.url ?? '/';
  // The absolute form, `GET http://host/path`, is legal though rare.
  const path = target.startsWith('/') ? target : target.replace(/^[a-z]+:\/\/[^/?]*/i, '');
  return path.split('?', 1)[0] || '/';
}

function queryOf(request: IncomingMessage): string {
  const target = request.url ?? '';
  const start = target.indexOf('?');
  return start < 0 ? '' : (target.slice(start + 1).split('#', 1)[0] ?? '');
}

function headerValues(request: IncomingMessage, name: string): readonly string[] {
  const wanted = name.toLowerCase();
  const raw = request.rawHeaders;
  return raw.filter((_, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === wanted);
}
