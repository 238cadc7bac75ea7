import { describe, expect, it } from '@jest/globals';
import {
  failuresText,
  parseSuite,
  readSuite,
  runOnLive,
  type RunSuiteOptions,
  type SuiteResult,
} from '../src/index.js';

const SUITE = parseSuite(
  'version: 1\nready: { path: / }\nchecks:\n  - { name: a, request: { path: / }, expect: {} }\n  - { name: b, request: { path: /b }, expect: {} }\n',
  'deploy/checks.yml',
);

/** Runs in which the named checks fail, one after the other. */
function play(failing: readonly (readonly string[])[]) {
  let now = 0;
  let run = 0;
  const sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    await new Promise(setImmediate);
    signal?.throwIfAborted();
    now += ms;
  };
  const runSuite = async ({ suite }: RunSuiteOptions): Promise<SuiteResult> => {
    const names = failing[run] ?? [];
    run += 1;
    const checks = suite.checks.map(({ name, line }) => {
      const passed = !names.includes(name);
      return { name, line, passed, ms: 1, problems: passed ? [] : ['status is 500; expected 2xx'] };
    });
    return { file: suite.file, passed: 0, failed: names.length, checks };
  };
  const options = { suite: SUITE, baseUrl: 'https://shop.example.com', clock: { now: () => now, sleep }, runSuite };
  return { ...options, signal: new AbortController().signal, deadline: 60_000 };
}

describe('runOnLive', () => {
  it.each<[string, string[][], string, number]>([
    ['nothing fails', [[]], 'passed', 1],
    ['one check fails once', [['a'], [], []], 'passed', 3],
    ['two checks fail once each', [['a'], ['b'], []], 'passed', 3],
    ['a check fails twice in a row', [['a'], ['a']], 'failed', 2],
    ['a check fails in the first and the last run', [['b'], [], ['b']], 'failed', 3],
  ])('when %s', async (...[, failing, state, runs]) => {
    expect(await runOnLive(play(failing))).toMatchObject({ state, runs });
  });

  it('does not count what is excused', async () => {
    expect(await runOnLive(play([['a'], ['a'], ['a']]), new Set(['a']))).toMatchObject({ state: 'passed', runs: 1 });
  });

  it('is cut off by the deadline', async () => {
    const hanging = ({ signal }: RunSuiteOptions): Promise<SuiteResult> =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    const late = { ...play([]), deadline: 0, runSuite: hanging };
    expect(await runOnLive(late)).toEqual({ state: 'cut-off', runs: 1 });
  });
});

it('failuresText names each check with its line in the suite', async () => {
  const live = await runOnLive(play([['b'], ['b']]));
  if (live.state !== 'failed') throw new Error(`It ${live.state}.`);
  expect(failuresText('https://shop.example.com', live.last)).toBe(
    '1 of 2 checks failed at https://shop.example.com: b (deploy/checks.yml:5: status is 500; expected 2xx)',
  );
});

it('readSuite names the input whose file is not there', async () => {
  const reading = readSuite({ file: '/nowhere/checks.yml', workspace: '/nowhere', input: 'verify' });
  await expect(reading).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: expect.stringContaining("'verify' names 'checks.yml', which cannot be read"),
  });
});
