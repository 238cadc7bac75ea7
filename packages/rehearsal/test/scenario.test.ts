import { describe, expect, it } from '@jest/globals';
import type { SlipwayError } from '@slipway/core';
import { SCENARIOS, parseScenario } from '../src/scenario.js';

function refusalOf(args: readonly string[]): SlipwayError | undefined {
  try {
    parseScenario(args);
    return undefined;
  } catch (error) {
    return error as SlipwayError;
  }
}

describe('parseScenario', () => {
  it.each(SCENARIOS)('knows %s, in both forms', (scenario) => {
    expect(parseScenario(['--scenario', scenario])).toBe(scenario);
    expect(parseScenario([`--scenario=${scenario}`])).toBe(scenario);
  });

  it('needs none', () => {
    expect(parseScenario([])).toBeUndefined();
  });

  it.each([
    ['an unknown scenario', ['--scenario', 'worse'], /There is no scenario 'worse'\./],
    ['a slip of the finger', ['--scenario', 'cancle'], /did you mean 'cancel'\?/],
    ['another case', ['--scenario', 'Bad'], /did you mean 'bad'\?/],
    ['nothing', ['--scenario='], /There is no scenario ''/],
    ['no value', ['--scenario'], /--scenario/],
    ['another option', ['--senario', 'bad'], /--senario/],
    ['a word without an option', ['bad'], /bad/],
  ])('refuses %s and names what there is', (_title, args, expected) => {
    const error = refusalOf(args);
    expect(error?.code).toBe('REHEARSAL_SCENARIO');
    expect(error?.message).toMatch(expected);
    expect(error?.message).toMatch(/The scenarios are: good, bad, never-healthy, cancel, kill\.$/);
  });
});
