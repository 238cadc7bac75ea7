import { judgeStatus } from './judge.js';
import { prepareRequest, type PreparedRequest } from './prepare.js';
import { assertSuiteRuns, selectChecks, valuesOf, type RunNeeds } from './select.js';
import { MissingVariable } from './variables.js';

/** SuiteRequest is a check's request as it is sent, on its own. */
export interface SuiteRequest extends PreparedRequest {
  /** Whether the check expects an answer with this status. */
  readonly accepts: (status: number) => boolean;
}

/**
 * requestsOf returns the requests of the selected checks that need nothing of another one's answer, in the suite's
 * order: for whoever sends them many times over and looks at statuses alone.
 *
 * @throws SlipwayError CHECKS_NONE_SELECTED, CHECKS_VARIABLE_MISSING, CHECKS_CREDENTIAL_MISSING
 */
export function requestsOf(needs: RunNeeds): readonly SuiteRequest[] {
  assertSuiteRuns(needs);
  const { suite, tags, environment = {} } = needs;
  const variables = valuesOf(suite, needs.variables);
  return selectChecks(suite, tags).flatMap(({ request, expect: { statuses } }) => {
    try {
      const accepts = (status: number): boolean => judgeStatus(statuses, status).length === 0;
      return [{ ...prepareRequest(request, { variables, environment }), accepts }];
    } catch (error) {
      if (error instanceof MissingVariable) return [];
      throw error;
    }
  });
}
