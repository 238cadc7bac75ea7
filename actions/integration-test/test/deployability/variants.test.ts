import { expect, it } from '@jest/globals';
import { failed, passed } from '../../src/deployability/checks.js';
import { judgeBeside } from '../../src/deployability/variants.js';

const BAD = failed('it ended with exit code 5');
const GOOD = passed('it answers');

it.each([
  { variant: GOOD, second: BAD, state: 'passed', asks: 0 },
  { variant: BAD, second: GOOD, state: 'failed', asks: 1 },
  { variant: BAD, second: BAD, state: 'not-run', asks: 1 },
])('judges $variant.state beside a second container that $second.state', async ({ variant, second, state, asks }) => {
  let asked = 0;
  const verdict = await judgeBeside(variant, () => {
    asked += 1;
    return Promise.resolve(second);
  });
  expect([verdict.state, asked]).toEqual([state, asks]);
});
