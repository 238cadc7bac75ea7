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
    const token = await fetchIdToken(audience);
    core.setSecret(token);
    return token;
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

/** fetchIdToken asks by GitHub's own client, through a proxy where one is set; what it brings is loaded by those alone who ask. */
async function fetchIdToken(audience: string): Promise<string> {
  const [{ HttpClient }, { BearerCredentialHandler }] = await Promise.all([
    import('@actions/http-client'),
    import('@actions/http-client/lib/auth'),
  ]);
  const bearer = new BearerCredentialHandler(process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] ?? '');
  const client = new HttpClient('slipway', [bearer], { allowRetries: true, maxRetries: 10 });
  const url = new URL(process.env['ACTIONS_ID_TOKEN_REQUEST_URL'] ?? '');
  url.searchParams.set('audience', audience);
  const { result } = await client.getJson<{ readonly value?: string }>(url.href);
  if (!result?.value) throw new Error('Its answer holds no token.');
  return result.value;
}
