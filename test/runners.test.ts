import { describe, expect, it } from '@jest/globals';
import { sumUp } from '../scripts/test/alone.js';
import { failuresOf, runJest, runNodeTests, type Counts, type JestRun } from '../scripts/test/runners.js';
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

describe('sumUp', () => {
  const failed = (file: string) => ({ file, passed: 2, failed: 1, titles: [`${file} › works`] });
  const counts = (failures: Counts['failures'], passed = 10): Counts => ({
    ...{ passed, failed: failures.length, notRun: [], failures },
  });
  const recorded = (answer: Counts) => {
    const runs: JestRun[] = [];
    const run = (each: JestRun) => (runs.push(each), Promise.resolve(answer));
    return { runs, run };
  };

  it('runs what failed once more, alone, and names what passed only so', async () => {
    const { runs, run } = recorded(counts([failed('b.test.ts')], 5));
    const sum = await sumUp([counts([failed('a.test.ts')]), counts([failed('b.test.ts')])], run);
    expect(runs).toMatchObject([{ files: ['a.test.ts', 'b.test.ts'], serial: true }]);
    expect(sum).toEqual({ passed: 21, failed: 1, notRun: [], passedAlone: ['a.test.ts › works'] });
  });

  it('runs nothing again where nothing failed, or more than what ran beside it can explain', async () => {
    const { runs, run } = recorded(counts([]));
    const many = ['a', 'b', 'c', 'd'].map(failed);
    expect(await sumUp([counts([])], run)).toEqual({ passed: 10, failed: 0, notRun: [], passedAlone: [] });
    expect(await sumUp([counts(many)], run)).toEqual({ passed: 10, failed: 4, notRun: [], passedAlone: [] });
    expect(runs).toEqual([]);
  });

  it('names no test of a file that cannot be loaded, and then fails', async () => {
    const broken = { file: 'a.test.ts', passed: 0, failed: 1, titles: ['a.test.ts'] };
    const { run } = recorded(counts([failed('a.test.ts')], 2));
    expect(await sumUp([counts([broken])], run)).toMatchObject({ failed: 1, passedAlone: [] });
  });

  it('takes a file that cannot be loaded for one that failed', () => {
    const assertions = [
      { fullName: 'works', status: 'failed' },
      { fullName: 'stands', status: 'passed' },
    ];
    const report = {
      ...{ numPassedTests: 1, numFailedTests: 1, numRuntimeErrorTestSuites: 1, numPendingTests: 0 },
      testResults: [
        { name: '/a/x.test.ts', status: 'failed', assertionResults: assertions },
        { name: '/a/y.test.ts', status: 'failed', assertionResults: [] },
        { name: '/a/z.test.ts', status: 'passed', assertionResults: [] },
      ],
    };
    expect(failuresOf(report)).toEqual([
      {
        file: expect.stringMatching(/x\.test\.ts$/),
        passed: 1,
        failed: 1,
        titles: [expect.stringMatching(/› works$/)],
      },
      {
        file: expect.stringMatching(/y\.test\.ts$/),
        passed: 0,
        failed: 1,
        titles: [expect.stringMatching(/y\.test\.ts$/)],
      },
    ]);
  });
});
