import { describe, expect, it } from '@jest/globals';
import { runJest, runNodeTests } from '../scripts/test/runners.js';
import { actionNode } from '@slipway/testkit';

describe('tests whose needs are missing', () => {
  it('are named with the reason and counted apart, never as passed', async () => {
    const counts = await runJest({
      name: 'runners under test',
      only: 'oci/test/registry\\.engine\\.test\\.ts$',
      missing: 'no engine',
    });
    expect({ passed: counts.passed, failed: counts.failed }).toEqual({ passed: 0, failed: 0 });
    expect(counts.notRun.length).toBeGreaterThan(0);
    for (const title of counts.notRun) expect(title).toMatch(/^no engine: packages\/oci\/test\/registry\.engine/);
  }, 60_000);
});

describe('runNodeTests', () => {
  it("counts what Node's own runner reports", async () => {
    const counts = await runNodeTests(actionNode(), 'examples/hello-service/test/sigv4.test.ts');
    expect(counts.passed).toBeGreaterThan(0);
    expect(counts).toMatchObject({ failed: 0, notRun: [] });
  }, 60_000);

  it('counts a runner that finds nothing as a failure', async () => {
    const counts = await runNodeTests(actionNode(), 'examples/hello-service/test/no-such-file.test.ts');
    expect(counts).toMatchObject({ passed: 0, failed: 1 });
  }, 60_000);
});
