import { describe, expect, it } from '@jest/globals';
import { chartLabel, xyChart } from '../src/chart.js';

describe('xyChart', () => {
  it('draws lines, and bars behind them', () => {
    const x = { title: 'seconds', values: [1, 2] };
    expect(xyChart({ title: 'a "b"', x, y: { title: 'ms' }, lines: [[3, 4]], bars: [[5, 6]] })).toBe(
      [
        '```mermaid',
        'xychart-beta',
        '  title "a  b "',
        '  x-axis "seconds" [1, 2]',
        '  y-axis "ms"',
        '  bar [5, 6]',
        '  line [3, 4]',
        '```',
      ].join('\n'),
    );
  });

  it('keeps to an axis that is given', () => {
    const chart = xyChart({ title: 'a', x: { title: 'x', values: [] }, y: { title: '%', to: 100 }, lines: [] });
    expect(chart).toContain('  y-axis "%" 0 --> 100');
  });
});

describe('chartLabel', () => {
  it.each([
    ['RUN npm ci', 'RUN npm ci'],
    ['a: b; c, #d', 'a  b  c   d'],
    ['`<b>`"', 'b'],
    ['x'.repeat(99), 'x'.repeat(60)],
  ])('makes %j safe', (text, safe) => {
    expect(chartLabel(text)).toBe(safe);
  });
});
