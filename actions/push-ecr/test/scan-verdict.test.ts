import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SlipwayError } from '@slipway/core';
import { hasExpired, isMeant, parseIgnoreList } from '../src/ignore-list.js';
import { readLifecyclePolicy } from '../src/lifecycle-policy.js';
import { countsOf, judge, SEVERITIES } from '../src/scan-verdict.js';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const found = (severity: string, id = 'CVE-1', name = 'zlib') => ({
  ...{ id, severity, packages: [{ name, version: '1' }], image: 'sha256:0' },
});
const entry = { id: 'CVE-1', reason: 'Not reached.', expires: '2026-11-21' };

describe('judge', () => {
  it.each([
    ['CRITICAL', 'high', 'fails'],
    ['HIGH', 'high', 'fails'],
    ['MEDIUM', 'high', 'below'],
    ['INFORMATIONAL', 'informational', 'fails'],
    ['UNDEFINED', 'informational', 'below'],
    ['UNTRIAGED', 'low', 'below'],
    // An open set: what nobody has heard of is not waved through.
    ['APOCALYPTIC', 'critical', 'fails'],
  ] as const)('of %s with the gate at %s: %s', (severity, failOn, verdict) => {
    expect(judge([found(severity)], { failOn, ignore: [], nowMs: NOW }).findings).toMatchObject([{ verdict }]);
  });

  it('ignores until the end of the day, of the package that is named alone', () => {
    const gate = { failOn: 'low' as const, nowMs: NOW };
    const only = { ...entry, package: 'zlib' };
    const verdict = judge([found('HIGH'), found('HIGH', 'CVE-1', 'openssl')], { ...gate, ignore: [only] });
    expect(verdict.findings.map((one) => one.verdict).sort()).toEqual(['fails', 'ignored']);
    const late = judge([found('HIGH')], { ...gate, ignore: [entry], nowMs: NOW + 86_400_000 });
    expect(late).toMatchObject({ findings: [{ verdict: 'fails' }], expired: [entry] });
    expect(judge([], { ...gate, ignore: [entry] }).unused).toEqual([entry]);
  });

  it('fails no milder finding than it lets pass', () => {
    const severities = SEVERITIES.map((one) => one.toUpperCase());
    fc.assert(
      fc.property(fc.subarray(severities), fc.constantFrom(...SEVERITIES), (given, failOn) => {
        const { findings } = judge(
          given.map((severity) => found(severity)),
          { failOn, ignore: [], nowMs: NOW },
        );
        const lastFailing = findings.map(({ verdict }) => verdict).lastIndexOf('fails');
        expect(findings.slice(0, lastFailing + 1).every(({ verdict }) => verdict === 'fails')).toBe(true);
        const counts = countsOf(findings);
        expect(Object.values(counts).reduce((sum, one) => sum + one, 0)).toBe(given.length);
      }),
    );
  });
});

describe('an ignore list', () => {
  it('reads entries, JSON too', async () => {
    expect(await parseIgnoreList('- { id: CVE-1, reason: Not reached., expires: 2026-11-21 }')).toEqual([entry]);
    expect(await parseIgnoreList(JSON.stringify([entry]))).toEqual([entry]);
    expect(await parseIgnoreList('')).toEqual([]);
    expect([hasExpired(entry, NOW), isMeant(entry, found('LOW'))]).toEqual([false, true]);
  });

  it.each([
    ['id: CVE-1', /has to be a list/],
    ['- CVE-1', /entry 1 is no mapping/],
    ['- { id: CVE-1, expires: 2026-01-01 }', /entry 1 needs 'reason'/],
    ['- { id: CVE-1, reason: x }', /entry 1 needs 'expires'/],
    ['- { id: CVE-1, reason: x, expires: 2026-02-31 }', /'expires: 2026-02-31', which is no day/],
    ['- { id: CVE-1, reason: x, expire: 2026-01-01 }', /did you mean 'expires'/],
    ['- [', /cannot be used/],
  ])('of %j is refused', async (text, message) => {
    await expect(parseIgnoreList(text)).rejects.toThrow(message);
  });

  it.each([
    ['an ignore list', parseIgnoreList],
    ['a lifecycle policy', readLifecyclePolicy],
  ])('%s refuses or reads any text', async (_name, read) => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
        try {
          await read(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SlipwayError);
        }
      }),
    );
  });
});

describe('a lifecycle policy', () => {
  const rule =
    'rulePriority: 1, selection: { tagStatus: any, countType: imageCountMoreThan, countNumber: 5 }, action: { type: expire }';
  it('is ECR’s own, as JSON', async () => {
    expect(JSON.parse(await readLifecyclePolicy(`rules: [{ ${rule} }]`))).toMatchObject({
      rules: [{ action: { type: 'expire' } }],
    });
  });

  it.each([
    ['rules: []', /at least one rule/],
    [`rules: [{ ${rule} }, { ${rule} }]`, /the same 'rulePriority'/],
    [`rules: [{ ${rule.replace('any', 'some')} }]`, /tagStatus has to be/],
    [`rules: [{ ${rule.replace('5', '"5"')} }]`, /countNumber has to be/],
    [`rule: [{ ${rule} }]`, /did you mean 'rules'/],
    [`rules: [{ ${rule.replace('action', 'actions')} }]`, /did you mean 'action'/],
  ])('of %j is refused', async (text, message) => {
    await expect(readLifecyclePolicy(text)).rejects.toThrow(message);
  });
});
