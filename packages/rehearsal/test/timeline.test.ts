import { describe, expect, it } from '@jest/globals';
import { renderTimeline, type RequestsInterval } from '../src/timeline.js';

const interval = (n: number, byVersion: Record<string, number>, failed = 0): RequestsInterval => ({
  atMs: n * 100,
  byVersion,
  ...(failed === 0 ? {} : { failedByKind: { reset: failed } }),
});

const lines = (text: string): string[] => text.split('\n');
const barsOf = (text: string): string[] => lines(text).filter((line) => /s {2}[█░▓▒×#=]/u.test(line));

describe('the events of renderTimeline', () => {
  it('are in order of time, with the seconds aligned', () => {
    const text = renderTimeline([
      { atMs: 12_340, event: 'weights 0/100' },
      { atMs: 0, event: 'load started' },
      { atMs: 101_000, event: 'done' },
    ]);
    expect(text).toBe('  0.0 s  load started\n 12.3 s  weights 0/100\n101.0 s  done\n');
  });

  it('keep the order in which they were told when they share a time', () => {
    const text = renderTimeline([
      { atMs: 5, event: 'first' },
      { atMs: 5, event: 'second' },
    ]);
    expect(text).toBe('0.0 s  first\n0.0 s  second\n');
  });

  it('are one line each, whatever they quote', () => {
    expect(renderTimeline([{ atMs: 0, event: 'said:\n\u001b[31mred\tend' }])).toBe('0.0 s  said: [31mred end\n');
  });

  it('are nothing when there are none', () => {
    expect(renderTimeline([])).toBe('');
  });
});

describe('the chart of renderTimeline', () => {
  it('shows which version answered when', () => {
    const text = renderTimeline([], [interval(0, { 1: 40 }), interval(1, { 1: 20, 2: 20 }), interval(2, { 2: 40 })]);
    expect(lines(text)).toEqual([
      '       requests in each 0.1 s: █ 1  ░ 2  × failed',
      `0.0 s  ${'█'.repeat(48)} 40`,
      `0.1 s  ${'█'.repeat(24)}${'░'.repeat(24)} 40`,
      `0.2 s  ${'░'.repeat(48)} 40`,
      '',
    ]);
  });

  it('follows the events after an empty line', () => {
    const text = renderTimeline([{ atMs: 0, event: 'begin' }], [interval(0, { 1: 1 })]);
    expect(lines(text).slice(0, 2)).toEqual(['0.0 s  begin', '']);
  });

  it('shows a single failed request among a thousand', () => {
    const [bar] = barsOf(renderTimeline([], [interval(0, { 1: 1000 }, 1)]));
    expect(bar).toBe(`0.0 s  ${'█'.repeat(48)}× 1001`);
  });

  it('shows a time in which nothing was answered', () => {
    const text = renderTimeline([], [interval(0, { 1: 10 }), interval(1, {}), interval(2, { 1: 10 })]);
    expect(lines(text)[2]).toBe(`0.1 s  ${' '.repeat(48)} 0`);
  });

  it('is not drawn when nothing was answered at all', () => {
    expect(renderTimeline([], [interval(0, {})])).toBe('');
  });

  it.each([
    { intervals: 30, rows: 30, rowSeconds: '0.1' },
    { intervals: 31, rows: 16, rowSeconds: '0.2' },
    { intervals: 600, rows: 30, rowSeconds: '2.0' },
    { intervals: 36_000, rows: 30, rowSeconds: '120.0' },
  ])('draws $intervals intervals in $rows rows of $rowSeconds s and loses no request', (scenario) => {
    const series = Array.from({ length: scenario.intervals }, (_, n) => interval(n, { 1: 3, 2: 1 }));
    const text = renderTimeline([], series);
    const bars = barsOf(text);
    expect(bars).toHaveLength(scenario.rows);
    expect(text).toContain(`requests in each ${scenario.rowSeconds} s:`);
    const counts = bars.map((bar) => Number(/\d+$/.exec(bar)?.[0]));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(4 * scenario.intervals);
  });

  it('starts where a part of a load starts', () => {
    const text = renderTimeline([], [interval(205, { 1: 1 }), interval(206, { 2: 1 })]);
    expect(barsOf(text).map((bar) => bar.slice(0, 6))).toEqual(['20.5 s', '20.6 s']);
  });

  it('keeps what a version is called on its line', () => {
    expect(lines(renderTimeline([], [interval(0, { 'a\nb': 1 })]))[0]).toContain('█ a b  × failed');
  });
});
