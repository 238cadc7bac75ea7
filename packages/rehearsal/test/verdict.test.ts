import { describe, expect, it } from '@jest/globals';
import { miscounted } from '../src/counts.js';
import { disagreement } from '../src/digests.js';
import { noticed } from '../src/watch.js';

const good = {
  total: 5_000,
  failed: 0,
  byVersion: { '1.0.0': 2_000, '2.0.0': 3_000 },
  aroundShift: 1_000,
  slowDuringShift: 1,
};

describe('noticed', () => {
  it('has nothing to say of a delivery that nobody noticed', () => {
    expect(noticed(good)).toEqual([]);
  });

  it.each([
    ['a failed request', { failed: 1 }, /1 of 5000 requests failed/],
    ['too few requests', { total: 4_999 }, /Only 4999 requests/],
    ['too few around the shift', { aroundShift: 999 }, /Only 999 requests ended around/],
    ['no slow request at the shift', { slowDuringShift: 0 }, /No slow request/],
    ['a version that never answered', { byVersion: { '1.0.0': 5_000 } }, /Not both versions/],
  ])('tells of %s', (_title, change, expected) => {
    expect(noticed({ ...good, ...change })).toEqual([expect.stringMatching(expected)]);
  });
});

describe('disagreement', () => {
  const digests = { built: 'a', tested: 'a', pushed: 'a', registered: 'a', running: ['a', 'a'] };

  it('has nothing to say of one digest', () => {
    expect(disagreement(digests)).toBeUndefined();
  });

  it.each(['built', 'tested', 'pushed', 'registered'])('tells of another digest %s', (source) => {
    expect(disagreement({ ...digests, [source]: 'b' })).toMatch(/do not agree/);
  });

  it.each([[['a', 'b']], [[]]])('tells of running %j', (running) => {
    expect(disagreement({ ...digests, running })).toMatch(/do not agree/);
  });
});

describe('miscounted', () => {
  it.each([
    [{ client: 5, loadBalancer: 5, service: 5 }, undefined],
    [{ client: 5, loadBalancer: 6, service: 5 }, /load balancer 6/],
    [{ client: 5, loadBalancer: 5, service: 4 }, /service 4/],
  ])('%j', (counts, expected) => {
    const told = miscounted({ environment: 'staging', ...counts });
    if (expected === undefined) expect(told).toBeUndefined();
    else expect(told).toMatch(expected);
  });
});
