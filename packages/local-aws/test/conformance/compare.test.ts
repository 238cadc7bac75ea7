import { describe as group, expect, it } from '@jest/globals';
import { compare, describe } from '../../conformance/compare.js';
import { openJudge } from '../../conformance/judge.js';
import { isCovered, type KnownDifference } from '../../conformance/known-differences.js';
import type { Played } from '../../conformance/play.js';
import { step } from '../../conformance/step.js';

const list = step('ecs:List', 'all', () => Promise.resolve({}));
const answered = (output: object): Played => ({ step: list, output });
const failed = (errorCode: string): Played => ({ step: list, errorCode });
const inWords = (ours: Played, theirs: Played): string[] => compare([ours], [theirs]).map(describe);

group('compare', () => {
  it.each([
    ['what is the same', { a: [{ b: 1 }] }, { a: [{ b: 1 }] }],
    ['the order of lists', { a: ['x', 'y'] }, { a: ['y', 'x'] }],
    ['times', { a: new Date(0), b: 1_800_000_000_000 }, { a: new Date(1), b: 1_800_000_000_001 }],
    ['accounts', { a: 'arn:aws:ecs:r:123456789012:x' }, { a: 'arn:aws:ecs:r:210987654321:x' }],
    ['ids', { a: 'x/0123456789abcdef0123456789abcdef' }, { a: 'x/fedcba98765432100123456789abcdef' }],
    ['what the SDK adds', { $metadata: { requestId: '1' } }, { $metadata: { requestId: '2' } }],
    ['absent members', { a: undefined }, {}],
  ])('does not see %s', (_what, ours, theirs) => {
    expect(inWords(answered(ours), answered(theirs))).toEqual([]);
  });

  it.each([
    [{ a: 1 }, {}, 'a: only local-aws has it (local-aws: 1; judge: –)'],
    [{}, { a: [{ b: 'x' }] }, 'a[].b: only the judge has it (local-aws: –; judge: x)'],
    [{ a: { b: 1 } }, { a: { b: 2 } }, 'a.b: another value (local-aws: 1; judge: 2)'],
    [{ a: [] }, {}, 'a: only local-aws has it (local-aws: []; judge: –)'],
    [{ a: 'sha256:00112233445566778899' }, { a: 'sha256:99887766554433221100' }, 'a: another value'],
  ])('sees the difference between %j and %j', (ours, theirs, words) => {
    expect(inWords(answered(ours), answered(theirs))).toEqual([expect.stringContaining(`ecs:List (all) ${words}`)]);
  });

  it('compares errors by their code, and an error with none', () => {
    expect(inWords(failed('A'), failed('A'))).toEqual([]);
    expect(inWords(failed('A'), failed('B'))).toEqual([expect.stringContaining('another error')]);
    expect(inWords(failed('A'), answered({}))).toEqual([expect.stringContaining('judge: no error')]);
  });
});

group('isCovered', () => {
  const known: KnownDifference = {
    operation: 'ecs:L*',
    member: 'a[].b*',
    kind: 'another value',
    verdict: 'both are right',
    reason: 'a test',
    document: 'none',
  };
  const difference = {
    call: 'ecs:List (all)',
    member: 'a[].b',
    kind: 'another value',
    ours: '1',
    theirs: '2',
  } as const;

  it('is so for the operation, the member and the kind, and no other', () => {
    expect(isCovered(known, difference)).toBe(true);
    expect(isCovered(known, { ...difference, member: 'a[].b.c' })).toBe(true);
    expect(isCovered(known, { ...difference, member: 'a.b' })).toBe(false);
    expect(isCovered(known, { ...difference, call: 'ecs:Describe (L)' })).toBe(false);
    expect(isCovered(known, { ...difference, kind: 'another error' })).toBe(false);
  });
});

group('openJudge', () => {
  it('is pointed at a real account, or at any endpoint, by environment alone', async () => {
    const environment = {
      SLIPWAY_CONFORMANCE_ENDPOINT: 'aws',
      SLIPWAY_CONFORMANCE_REGION: 'eu-central-1',
      SLIPWAY_CONFORMANCE_VPC: 'vpc-1',
      SLIPWAY_CONFORMANCE_SUBNETS: 'subnet-1,subnet-2',
      SLIPWAY_CONFORMANCE_SECURITY_GROUP: 'sg-1',
    };
    const network = { vpcId: 'vpc-1', subnets: ['subnet-1', 'subnet-2'], securityGroup: 'sg-1' };
    expect(await openJudge(environment)).toMatchObject({ access: { region: 'eu-central-1' }, network });
    expect((await openJudge(environment)).access).not.toHaveProperty('endpoint');
    const other = { ...environment, SLIPWAY_CONFORMANCE_ENDPOINT: 'http://127.0.0.1:1' };
    expect((await openJudge(other)).access).toEqual({ region: 'eu-central-1', endpoint: 'http://127.0.0.1:1' });
    await expect(openJudge({ ...environment, SLIPWAY_CONFORMANCE_VPC: '' })).rejects.toThrow(/SLIPWAY_CONFORMANCE_VPC/);
  });
});
