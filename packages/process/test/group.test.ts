import { readFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { signalGroup } from '../src/group.js';
import { runProcess } from '../src/index.js';

/** Starts a program of its own that holds its streams, and does `then` when that has told its id. */
function parent(then: string, { detached = false, deaf = false } = {}) {
  const child = `process.on('disconnect', () => {}); ${deaf ? "process.on('SIGTERM', () => {});" : ''} process.stdout.write('child ' + process.pid + '\\n', () => process.send('up')); setInterval(() => {}, 1000);`;
  const script = `
    const options = { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], detached: ${detached} };
    const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], options);
    child.once('message', () => { ${then} });`;
  return { file: process.execPath, args: ['-e', script], withGroup: true, killAfterMs: 500 };
}

const GOES_ON = 'setInterval(() => {}, 1000);';
const ENDS = 'process.exit(4);';

let childPid = 0;
const noting = (line: string): void => void (childPid = Number(line.split(' ')[1]));
afterEach(() => {
  if (isThere(childPid)) process.kill(childPid, 'SIGKILL');
});

function isThere(pid: number): boolean {
  try {
    // One that has ended stands there until somebody has looked.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** What was killed is gone a moment later. */
async function gone(pid: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (isThere(pid)) {
    if (Date.now() > deadline) throw new Error(`${pid} is still there.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Like {@link parent}, of one that holds none of our streams and is deaf: it tells its id by its parent. */
function quietParent(then: string) {
  const child = "process.on('SIGTERM', () => {}); process.send('up'); setInterval(() => {}, 1000);";
  const script = `
    const options = { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] };
    const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], options);
    child.once('message', () => process.stdout.write('child ' + child.pid + '\\n', () => { ${then} }));`;
  return { file: process.execPath, args: ['-e', script], withGroup: true, killAfterMs: 500 };
}

describe('a program that starts another', () => {
  it('ends for good what ignores the polite signal and holds no stream', async () => {
    const { exitCode } = await runProcess({ ...quietParent(ENDS), onLine: noting });
    expect(exitCode).toBe(4);
    await gone(childPid);
  });

  it('leaves alone what belongs to somebody else', () => {
    const denied = jest.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    try {
      expect(signalGroup({ pid: 4_711 } as ChildProcess, 'SIGTERM')).toBe(false);
      expect(denied).toHaveBeenCalledWith(-4_711, 'SIGTERM');
    } finally {
      denied.mockRestore();
    }
  });

  it.each([{}, { deaf: true }])('is over when it ends, and the other one with it: %j', async (kind) => {
    const { exitCode, stdout } = await runProcess({ ...parent(ENDS, kind), onLine: noting });
    expect(exitCode).toBe(4);
    expect(stdout).toBe(`child ${childPid}\n`);
    await gone(childPid);
  });

  it('is over when it ends, also when the other one has gone its own way', async () => {
    const { exitCode, stdout } = await runProcess({ ...parent(ENDS, { detached: true }), onLine: noting });
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: `child ${childPid}\n` });
  });

  it('is ended with it when its time is over', async () => {
    const run = runProcess({ ...parent(GOES_ON), timeoutMs: 3_000, onLine: noting });
    await expect(run).rejects.toMatchObject({ code: 'PROCESS_TIMED_OUT' });
    await gone(childPid);
  });

  it('is ended with it when the run is cancelled', async () => {
    const cancelled = new AbortController();
    const onLine = (line: string): void => {
      noting(line);
      cancelled.abort();
    };
    const run = runProcess({ ...parent(GOES_ON, { deaf: true }), signal: cancelled.signal, onLine });
    await expect(run).rejects.toMatchObject({ code: 'PROCESS_ABORTED' });
    await gone(childPid);
  });
});
