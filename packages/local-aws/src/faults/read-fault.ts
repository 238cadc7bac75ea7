import { SlipwayError } from '@slipway/core';
import type { FaultKind, FaultRule } from './fault.js';

/** By kind: the members that it has of its own. */
const KINDS: Readonly<Record<FaultKind, readonly string[]>> = {
  throttle: ['code'],
  'error-before': ['status', 'code'],
  'error-after': ['status', 'code'],
  'lost-reply': [],
  reset: [],
  delay: ['delayMs'],
  'stale-read': ['agoMs'],
  'access-denied': [],
  malformed: [],
};
const COMMON = ['kind', 'operation', 'resource', 'times', 'always', 'nth', 'probability', 'seed'];

interface Member {
  readonly right: string;
  is(value: unknown): boolean;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isWhole = (value: unknown, least: number): boolean => Number.isSafeInteger(value) && Number(value) >= least;
/** setTimeout's own limit. */
const MAX_WAIT_MS = 2 ** 31 - 1;
const duration: Member = {
  right: `a number of milliseconds from 0 to ${MAX_WAIT_MS}`,
  is: (value) => typeof value === 'number' && value >= 0 && value <= MAX_WAIT_MS,
};

const MEMBERS: Readonly<Record<string, Member>> = {
  kind: { right: `one of ${Object.keys(KINDS).join(', ')}`, is: (value) => Object.hasOwn(KINDS, String(value)) },
  operation: { right: "'service:Operation', with * for any text", is: isText },
  resource: { right: 'a text', is: isText },
  times: { right: 'a whole number from 1', is: (value) => isWhole(value, 1) },
  always: { right: 'true', is: (value) => value === true },
  nth: { right: 'a whole number from 1', is: (value) => isWhole(value, 1) },
  probability: {
    right: 'a number above 0 and up to 1',
    is: (value) => typeof value === 'number' && value > 0 && value <= 1,
  },
  seed: { right: 'a whole number', is: (value) => Number.isSafeInteger(value) },
  code: { right: 'a word', is: (value) => typeof value === 'string' && /^[A-Za-z.]{1,100}$/.test(value) },
  status: { right: '500 to 599', is: (value) => isWhole(value, 500) && Number(value) <= 599 },
  delayMs: duration,
  agoMs: duration,
};

/**
 * readFault reads a fault that came as JSON, or from a caller without types.
 *
 * @throws SlipwayError LOCAL_AWS_FAULT that names every member at fault
 */
export function readFault(value: unknown): FaultRule {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrongFault(['a fault has to be an object']);
  }
  const given = value as Readonly<Record<string, unknown>>;
  const problems = [...memberProblems(given), ...missingProblems(given)];
  if (problems.length > 0) throw wrongFault(problems);
  return given as unknown as FaultRule;
}

function memberProblems(given: Readonly<Record<string, unknown>>): string[] {
  const own = Object.hasOwn(KINDS, String(given['kind'])) ? KINDS[given['kind'] as FaultKind] : [];
  return Object.entries(given)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => {
      const member = [...COMMON, ...own].includes(name) ? MEMBERS[name] : undefined;
      if (!member) return [`a fault of the kind ${String(given['kind'])} has no member ${name}`];
      return member.is(value) ? [] : [`${name} is ${JSON.stringify(value)}; it has to be ${member.right}`];
    });
}

function missingProblems(given: Readonly<Record<string, unknown>>): string[] {
  const has = (name: string): boolean => given[name] !== undefined;
  const required = ['kind', 'operation', ...(given['kind'] === 'delay' ? ['delayMs'] : [])];
  const problems = required.filter((name) => !has(name)).map((name) => `${name} is missing`);
  const occasions = ['always', 'nth', 'probability'].filter(has);
  if (occasions.length !== 1) problems.push('exactly one of always, nth and probability is needed');
  if (has('probability') !== has('seed')) problems.push('probability and seed belong together');
  return problems;
}

/** wrongFault is the error of a fault that cannot be. */
export function wrongFault(problems: readonly string[]): SlipwayError {
  return new SlipwayError({
    code: 'LOCAL_AWS_FAULT',
    message: `The fault is wrong: ${problems.join('; ')}.`,
    hint: 'docs/local-aws.md describes the members of a fault.',
  });
}
