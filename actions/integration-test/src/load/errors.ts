import { SlipwayError } from '@slipway/core';

/** loadInvalid is the error of a load that cannot be made. */
export function loadInvalid(problems: readonly string[]): SlipwayError {
  return new SlipwayError({
    code: 'TEST_LOAD_INVALID',
    message: `The load cannot be made: ${problems.join('; ')}.`,
    hint: 'Correct the inputs that begin with `load-`; the README of the action has an example.',
  });
}

/** loadFailed is the error of limits that a load has broken. */
export function loadFailed(broken: readonly { readonly title: string; readonly because: string }[]): SlipwayError {
  const list = broken.map(({ title, because }) => `${title}: ${because}`).join('; ');
  return new SlipwayError({
    code: 'TEST_LOAD_FAILED',
    message: `The service does not stay within the limits of the load: ${list}.`,
    hint: 'The job summary has the figures and their course.',
  });
}

/** loadInconclusive is the error of a load that cannot tell, where that is to fail the test. */
export function loadInconclusive(
  unsure: readonly { readonly title: string; readonly because: string }[],
): SlipwayError {
  const list = unsure.map(({ title, because }) => `${title}: ${because}`).join('; ');
  return new SlipwayError({
    code: 'TEST_LOAD_INCONCLUSIVE',
    message: `The load cannot tell whether the service stays within its limits: ${list}.`,
    hint: "Ask for less, use a larger runner, or set 'load-on-inconclusive: warn'.",
    kind: 'world',
  });
}
