import { describe, expect, it } from '@jest/globals';
import { childEnvironment, jobEnvironment, runProcess } from '../src/index.js';

const node = (script: string, ...args: string[]) => ({ file: process.execPath, args: ['-e', script, ...args] });

describe('runProcess', () => {
  it('returns exit code and both streams', async () => {
    const result = await runProcess(node('console.log("out"); console.error("err"); process.exit(3)'));
    expect(result).toEqual({ exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('hands arguments over without a shell', async () => {
    const result = await runProcess(node('console.log(process.argv[1])', '$(id); `id` && "x"'));
    expect(result.stdout).toBe('$(id); `id` && "x"\n');
  });

  it('writes input to standard input', async () => {
    const result = await runProcess({ ...node('process.stdin.pipe(process.stdout)'), input: 'secret' });
    expect(result.stdout).toBe('secret\n');
  });

  it('tells a program that is not there', async () => {
    const run = runProcess({ file: 'no-such-program-here', args: [] });
    await expect(run).rejects.toMatchObject({ code: 'PROCESS_NOT_STARTED' });
  });

  it('ends a program that takes too long', async () => {
    const run = runProcess({ ...node('setInterval(() => {}, 1000)'), timeoutMs: 200 });
    await expect(run).rejects.toMatchObject({ code: 'PROCESS_TIMED_OUT' });
  });

  it('ends a program when the signal aborts', async () => {
    const controller = new AbortController();
    const run = runProcess({
      ...node('console.log("up"); setInterval(() => {}, 1000)'),
      signal: controller.signal,
      onLine: () => controller.abort(),
    });
    await expect(run).rejects.toMatchObject({ code: 'PROCESS_ABORTED' });
  });

  it('keeps only the end of a long output', async () => {
    const result = await runProcess({ ...node('for (let i = 0; i < 5000; i++) console.log(i)'), maxOutputChars: 10 });
    expect(result.stdout).toBe('4998\n4999\n');
  });
});

describe('childEnvironment', () => {
  it('keeps tokens, inputs and keys from programs', () => {
    process.env['INPUT_SECRET'] = 'a';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'b';
    process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] = 'c';
    const names = Object.keys(childEnvironment({ EXTRA: '1' }));
    expect(names).toEqual(expect.arrayContaining(['PATH', 'EXTRA']));
    expect(names.filter((name) => /^(INPUT_|AWS_|ACTIONS_)/.test(name))).toEqual([]);
  });
});

describe('jobEnvironment', () => {
  it('has what the job set, and no tokens, inputs and keys', () => {
    Object.assign(process.env, { JAVA_HOME: '/j', GITHUB_TOKEN: 'a', GITHUB_ENV: '/f', STATE_X: 'b', AWS_REGION: 'r' });
    const environment = jobEnvironment({ EXTRA: '1' });
    expect(environment).toMatchObject({ JAVA_HOME: '/j', AWS_REGION: 'r', EXTRA: '1', PATH: process.env['PATH'] });
    const withheld = /^(INPUT_|STATE_|ACTIONS_|AWS_SECRET|GITHUB_(TOKEN|ENV))/;
    expect(Object.keys(environment).filter((name) => withheld.test(name))).toEqual([]);
  });
});
