import { describe, expect, it } from '@jest/globals';
import { CHECK_NAMES, failed, findingsOf, levelsOf, passed, type Levels } from '../../src/deployability/checks.js';
import { judgeMemory, leakIn, memoryIn } from '../../src/deployability/memory.js';
import { summaryOfFindings } from '../../src/deployability/tell.js';

describe('levelsOf', () => {
  it('takes all for those that are not named, and off without it', () => {
    expect(levelsOf({ all: 'error', drain: 'warn' })).toMatchObject({ drain: 'warn', ready: 'error' });
    expect(new Set(Object.values(levelsOf({ drain: 'warn' })))).toEqual(new Set(['warn', 'off']));
  });

  it('says everything that is wrong', () => {
    expect(levelsOf({ drian: 'error', ready: 'yes' })).toEqual({
      problems: [expect.stringContaining("'drian' is no check"), "'ready' is to be error, warn or off"],
    });
  });
});

describe('findingsOf', () => {
  it('leaves out what is off, and says of what was not reached that it was not', () => {
    const levels = levelsOf({ ready: 'error', drain: 'warn', logs: 'error' }) as Levels;
    const findings = findingsOf({ ready: passed('a'), logs: failed('b'), grace: failed('c') }, levels);
    expect(findings.map(({ check, state }) => `${check} ${state}`)).toEqual([
      'ready passed',
      'drain not-run',
      'logs failed',
    ]);
  });

  it('has a check for every name', () => expect(CHECK_NAMES).toHaveLength(15));
});

describe('summaryOfFindings', () => {
  it('puts the failed first, and lets nothing become Markdown', () => {
    const levels = levelsOf({ ready: 'error', logs: 'error' }) as Levels;
    const summary = summaryOfFindings(findingsOf({ ready: passed('a'), logs: failed('![x](y)') }, levels));
    expect(summary.split('\n')[0]).toBe('### Deployability: 1 of 2 checks failed');
    expect(summary.indexOf('IMAGE_LOGS_ELSEWHERE')).toBeLessThan(summary.indexOf('gets ready'));
    expect(summary).toContain('\\!\\[x\\]\\(y\\)');
  });
});

describe('leakIn', () => {
  it.each<[string, readonly number[], number | undefined]>([
    ['grows on and on', [40, 60, 80, 100, 120], 60],
    ['levels off', [40, 60, 110, 111, 111], undefined],
    ['grows a little', [40, 50, 55, 60, 65], undefined],
    ['falls back when it is collected', [40, 60, 110, 70], undefined],
    ['was looked at too seldom', [40, 200], undefined],
  ])('sees what %s', (_, samples, leak) => expect(leakIn(samples, 200)).toBe(leak));
});

describe('judgeMemory', () => {
  it.each([
    [{ limitMib: 192, oomKilled: false }, passed('it used 91 of 192 MiB at most')],
    [{ limitMib: 192, oomKilled: true }, failed('the kernel killed a process of it under load, for its memory')],
    [{ limitMib: undefined, oomKilled: true }, expect.objectContaining({ state: 'failed' })],
    [{ limitMib: undefined, oomKilled: false }, expect.objectContaining({ state: 'not-run' })],
  ])('judges %j', (limit, verdict) => expect(judgeMemory([40, 91.2, 60], limit)).toEqual(verdict));
});

describe('memoryIn', () => {
  it.each([
    ['\u001b[2J\u001b[H12.5MiB / 64MiB', 12.5],
    ['1.5GiB / 2GiB', 1536],
    ['512KiB / 2GiB', 0.5],
    ['-- / --', undefined],
    ['', undefined],
  ])('reads %j', (line, mib) => expect(memoryIn(line)).toBe(mib));
});
