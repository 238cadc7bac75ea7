import * as core from '@actions/core';
import { SlipwayError, messageOf } from '@slipway/core';

/**
 * requestIdToken asks GitHub for a token that says which job this is, and hides it in the log.
 *
 * @throws SlipwayError GITHUB_ID_TOKEN_FORBIDDEN when the job may not ask, GITHUB_ID_TOKEN_FAILED
 */
export async function requestIdToken(audience: string): Promise<string> {
  if (!process.env['ACTIONS_ID_TOKEN_REQUEST_URL']) {
    throw new SlipwayError({
      code: 'GITHUB_ID_TOKEN_FORBIDDEN',
      message: 'This job may not ask GitHub for an ID token.',
      hint: "Add 'id-token: write' to the job's permissions. GitHub gives it to no run of a fork's pull request.",
    });
  }
  try {
    return await core.getIDToken(audience);
  } catch (error) {
    throw new SlipwayError({
      code: 'GITHUB_ID_TOKEN_FAILED',
      message: `GitHub gave no ID token: ${messageOf(error).replace(/\s+/g, ' ')}`,
      hint: "Run the job again. When it goes on, GitHub's status page may say why.",
      kind: 'world',
      retryable: true,
      cause: error,
    });
  }
}
