import { describe, expect, it } from '@jest/globals';
import { evaluate, type MissingData } from '../../src/services/cloudwatch/evaluate.js';

/** `X` breaches, `0` does not, `-` is missing; oldest first. */
function judge(periods: string, datapointsToAlarm: number, missingData: MissingData): string {
  const values = [...periods].map((period) => (period === '-' ? undefined : Number(period === 'X')));
  return evaluate(values, { evaluationPeriods: 3, datapointsToAlarm, missingData, breaches: (value) => value > 0 })
    .state;
}

const TREATMENTS: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];

describe('an alarm of 3 out of 3', () => {
  it.each([
    ['0-X-X', ['OK', 'OK', 'OK', 'OK']],
    ['----0', ['OK', 'OK', 'OK', 'OK']],
    ['-----', ['INSUFFICIENT_DATA', 'retain', 'ALARM', 'OK']],
    ['0XX-X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['--X--', ['ALARM', 'retain', 'ALARM', 'OK']],
    // Too young to be told from a delay of what is to come.
    ['----X', ['OK', 'retain', 'ALARM', 'OK']],
  ])('judges %s as AWS documents', (periods, expected) => {
    expect(TREATMENTS.map((missingData) => judge(periods, 3, missingData))).toEqual(expected);
  });
});

describe('an alarm of 2 out of 3', () => {
  it.each([
    ['0-X-X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['00X0X', ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0-X--', ['OK', 'OK', 'ALARM', 'OK']],
    ['----0', ['OK', 'OK', 'ALARM', 'OK']],
    ['---X-', ['ALARM', 'retain', 'ALARM', 'OK']],
  ])('judges %s as AWS documents', (periods, expected) => {
    expect(TREATMENTS.map((missingData) => judge(periods, 2, missingData))).toEqual(expected);
  });
});

it('looks back no further than it has to', () => {
  expect(judge('XX000', 2, 'missing')).toBe('OK');
  expect(judge('XX0--', 2, 'missing')).toBe('ALARM');
});
