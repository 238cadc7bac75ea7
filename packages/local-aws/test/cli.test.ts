import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runProcess, type RunResult } from '@slipway/process';
import { parseCommand } from '../src/cli-options.js';

const BIN = join(import.meta.dirname, '../bin/local-aws.js');

/** Runs the command and does something as soon as its first line is there. */
function run(args: readonly string[], onFirstLine: (line: string) => void = () => undefined): Promise<RunResult> {
  let seen = false;
  return runProcess({
    file: process.execPath,
    args: [BIN, ...args],
    timeoutMs: 20_000,
    onLine: (line, stream) => {
      if (stream === 'stdout' && !seen) onFirstLine(line);
      seen ||= stream === 'stdout';
    },
  });
}

describe('the command local-aws', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'says where it is in one line, answers, and ends well on %s',
    async (signal) => {
      let status: Promise<number> | undefined;
      const result = await run(['--port', '0', '--minute-ms', '1000', '--tasks', 'simulated'], (line) => {
        const { endpoint, pid } = JSON.parse(line) as { endpoint: string; pid: number };
        status = fetch(`${endpoint}/_local/state`).then((response) => {
          process.kill(pid, signal);
          return response.status;
        });
      });
      expect(await status).toBe(200);
      expect(result).toMatchObject({ exitCode: 0, stderr: '' });
      expect(result.stdout).toMatch(/^\{"endpoint":"http:\/\/127\.0\.0\.1:\d+","pid":\d+\}\n$/);
    },
  );

  it('explains itself', async () => {
    const { exitCode, stdout } = await run(['--help']);
    expect(exitCode).toBe(0);
    for (const flag of ['--port', '--minute-ms', '--tasks', '--draining', '--region', '--record', '--accounts'])
      expect(stdout).toContain(flag);
  });

  it('tells where the registry of each account is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'local-aws-cli-'));
    const file = join(folder, 'accounts.json');
    await writeFile(file, JSON.stringify([{ accountId: '111111111111' }, { accountId: '222222222222' }]));
    let line = '';
    await run(['--tasks', 'simulated', '--accounts', file, '--unknown-keys', 'refused'], (first) => {
      line = first;
      process.kill((JSON.parse(first) as { pid: number }).pid, 'SIGTERM');
    });
    await rm(folder, { recursive: true });
    const { endpoint, registries } = JSON.parse(line) as { endpoint: string; registries: Record<string, string> };
    expect(Object.keys(registries)).toEqual(['111111111111', '222222222222']);
    expect(`http://${registries['111111111111'] ?? ''}`).toBe(endpoint);
    expect(registries['222222222222']).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it('ends with 2 and says what is wrong with a flag', async () => {
    const { exitCode, stdout, stderr } = await run(['--port', 'http']);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain("--port is 'http'; it has to be a whole number from 0 to 65535.");
  });

  it('ends with 1 when it cannot listen', async () => {
    let result: RunResult | undefined;
    await run(['--tasks', 'simulated'], (line) => {
      const { endpoint, pid } = JSON.parse(line) as { endpoint: string; pid: number };
      void run(['--tasks', 'simulated', '--port', new URL(endpoint).port]).then((second) => {
        result = second;
        process.kill(pid, 'SIGTERM');
      });
    });
    expect(result).toMatchObject({ exitCode: 1, stdout: '' });
    expect(result?.stderr).toContain('cannot listen');
  });
});

describe('parseCommand', () => {
  it('reads every flag', () => {
    const args = [
      '--port=80',
      '--minute-ms',
      '1000',
      '--tasks',
      'simulated',
      '--draining',
      'off',
      '--region',
      'eu-central-1',
      '--ecr-regions',
      'eu-central-1,eu-west-1',
      '--propagation-seconds',
      '30',
      '--record',
      'calls.jsonl',
      '--unknown-keys',
      'refused',
    ];
    const options = { port: 80, minuteMs: 1000, tasks: 'simulated', draining: false, region: 'eu-central-1' };
    const ecrRegions = ['eu-central-1', 'eu-west-1'];
    const more = { ecrRegions, propagationSeconds: 30, recordFile: 'calls.jsonl', unknownKeys: false };
    expect(parseCommand(args)).toEqual({ kind: 'run', options: { ...options, ...more } });
    expect(parseCommand([])).toEqual({ kind: 'run', options: {} });
  });

  it.each([
    [['--port', '65536'], "--port is '65536'"],
    [['--port', '-1'], '--port'],
    [['--port', ''], "--port is ''"],
    [['--port', '1e3'], "--port is '1e3'"],
    [['--minute-ms', '0'], "--minute-ms is '0'"],
    [['--minute-ms', '1.5'], "--minute-ms is '1.5'"],
    [['--tasks', 'podman'], "--tasks is 'podman'; it has to be docker or simulated"],
    [['--draining', 'true'], "--draining is 'true'; it has to be on or off"],
    [['--propagation-seconds', '601'], "--propagation-seconds is '601'"],
    [['--unknown-keys', 'no'], "--unknown-keys is 'no'; it has to be allowed or refused"],
    [['--accounts', '/none.json'], "--accounts is '/none.json'; it has to be a file of JSON"],
    [['--region', 'here'], "--region is 'here'"],
    [['--ecr-regions', 'eu-west-1,'], "--ecr-regions is 'eu-west-1,'"],
    [['--prot', '1'], '--prot'],
    [['start'], 'start'],
    [['--port'], '--port'],
  ])('refuses %j by name', (args, message) => {
    expect(() => parseCommand(args)).toThrow(
      expect.objectContaining({ code: 'LOCAL_AWS_USAGE', message: expect.stringContaining(message) }),
    );
  });
});
