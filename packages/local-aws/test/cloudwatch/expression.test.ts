import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseExpression } from '../../src/services/cloudwatch/expression.js';
import { AwsError } from '../../src/service.js';

const lookup = (id: string): number | undefined => ({ m1: 6, m2: 2, zero: 0 })[id];

describe('metric math', () => {
  it.each([
    ['m1', 6],
    ['m1 + m2 * 3', 12],
    ['(m1 + m2) * 3', 24],
    ['m1 - m2 - 1', 3],
    ['100 * m2 / m1 / 10', 100 / 30],
    ['-m1 + 0.5', -5.5],
    ['m1 / zero', undefined],
    ['m1 + none', undefined],
    ['FILL(none, 0) + m1', 6],
    ['FILL(m2, 0) / m1', 2 / 6],
  ])('%s', (text, expected) => {
    expect(parseExpression(text).valueOf(lookup)).toBe(expected);
  });

  it('tells which ids it refers to', () => {
    expect([...parseExpression('FILL(m1,0)/(m2+m1)').ids]).toEqual(['m1', 'm2']);
  });

  it.each(['', 'm1 +', 'SUM(METRICS())', 'RATE(m1)', '(m1', 'm1 m2', 'm1 > 2', '1..2', 'Upper', 'SELECT AVG(x)'])(
    'refuses %j',
    (text) => {
      expect(() => parseExpression(text)).toThrow('does not run the expression');
    },
  );

  it('parses or refuses any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseExpression(text);
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
      }),
    );
  });
});
