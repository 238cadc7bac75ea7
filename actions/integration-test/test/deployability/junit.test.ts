import { describe, expect, it } from '@jest/globals';
import type { Finding } from '../../src/deployability/checks.js';
import { junitOfFindings } from '../../src/deployability/tell.js';
import { memoryUnderLoad } from '../../src/load/phase.js';

const FINDING: Finding = {
  check: 'drain',
  code: 'IMAGE_DROPS_REQUESTS',
  level: 'error',
  state: 'passed',
  because: 'x',
};

describe('junitOfFindings', () => {
  it.each<[Partial<Finding>, object]>([
    [{}, {}],
    [{ state: 'failed' }, { failure: ['IMAGE_DROPS_REQUESTS: x'] }],
    [{ state: 'failed', level: 'warn' }, { skipped: 'warning IMAGE_DROPS_REQUESTS: x' }],
    [{ state: 'not-run' }, { skipped: 'x' }],
  ])('makes a test case of %j', (change, wanted) => {
    const [one] = junitOfFindings([{ ...FINDING, ...change }]).cases;
    expect(one).toEqual({ name: 'drain: answers what is in flight on SIGTERM', ms: 0, ...wanted });
  });
});

describe('memoryUnderLoad', () => {
  it('has nothing to say where no limit is set', () => {
    expect(memoryUnderLoad({ memoryMib: 90 }, { limitMib: undefined, oomKilled: false })).toBeUndefined();
  });

  it.each([
    [{ memoryMib: 90 }, false, { state: 'passed', because: 'it used 90 of 192 MiB at most under the load' }],
    [{ memoryMib: 190 }, true, { state: 'failed', because: expect.stringContaining('the kernel killed it') }],
    [{}, false, undefined],
  ])('judges %j, killed %j', (result, oomKilled, verdict) => {
    expect(memoryUnderLoad(result, { limitMib: 192, oomKilled })).toEqual(verdict);
  });
});
