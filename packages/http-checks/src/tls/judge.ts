import { matchRegex } from '../patterns.js';
import { snippet } from '../snippet.js';
import type { Pattern, TlsExpectation } from '../suite.js';
import type { TlsFacts } from './facts.js';

const MS_OF_DAY = 86_400_000;

/** judgeTls returns what is wrong with a connection, one sentence each. `now` is in milliseconds since the epoch. */
export function judgeTls(expect: TlsExpectation, facts: TlsFacts | undefined, now: number): string[] {
  if (!facts) return ['the connection is not encrypted; expected TLS'];
  const { minVersion, minDays, issuer, names = [] } = expect;
  const days = Math.floor((facts.validUntil - now) / MS_OF_DAY);
  const missing = names.filter((name) => !facts.covers(name));
  return [
    // Their names sort as their numbers do.
    ...(minVersion !== undefined && facts.version < minVersion
      ? [`the connection is ${facts.version}; expected at least ${minVersion}`]
      : []),
    ...(minDays !== undefined && days < minDays
      ? [`the certificate lasts ${days} days, until ${dayOf(facts.validUntil)}; expected at least ${minDays}`]
      : []),
    ...(issuer === undefined ? [] : judgeIssuer(issuer, facts.issuer)),
    ...missing.map((name) => `the certificate is for ${snippet(facts.names)}; expected it to be for '${name}' too`),
  ];
}

function judgeIssuer(expected: Pattern, issuer: readonly string[]): string[] {
  const isMet =
    'exact' in expected
      ? issuer.includes(expected.exact)
      : issuer.some((name) => matchRegex(expected.regex, name) === 'found');
  if (isMet) return [];
  const found = issuer.map((name) => `'${snippet(name)}'`).join(', ') || 'nobody';
  const wanted = 'exact' in expected ? `'${expected.exact}'` : `one that matches ${String(expected.regex)}`;
  return [`the certificate was issued by ${found}; expected ${wanted}`];
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
