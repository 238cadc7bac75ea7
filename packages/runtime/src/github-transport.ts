/** One request as it is sent. */
export interface Sent {
  readonly route: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal;
}

/** GitHub's API of 2022-11-28, the one that GHES 3.10 and later speak too. */
const VERSION = '2022-11-28';

const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** send sends a request once, through a proxy where one is set. @throws RequestError of \@octokit/request-error */
export async function send(
  apiUrl: string,
  token: string | undefined,
  { route, parameters, signal }: Sent,
): Promise<unknown> {
  const { request } = await import('@octokit/request');
  const fetch = await fetchFor(apiUrl);
  const answer: unknown = await request(route, {
    ...parameters,
    baseUrl: apiUrl.replace(/\/+$/, ''),
    headers: {
      'user-agent': 'slipway',
      'x-github-api-version': VERSION,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    request: { signal, fetch, log: SILENT },
  });
  return answer;
}

/** Node's own client knows no proxy; undici, of which it is made, is loaded by those alone who have one. */
async function fetchFor(apiUrl: string): Promise<typeof fetch> {
  const { getProxyUrl } = await import('@actions/http-client/lib/proxy');
  if (!getProxyUrl(new URL(apiUrl))) return fetch;
  const [{ HttpClient }, undici] = await Promise.all([import('@actions/http-client'), import('undici')]);
  const dispatcher = new HttpClient('slipway').getAgentDispatcher(apiUrl);
  const proxied = (url: string, init: object) => undici.fetch(url, { ...init, ...(dispatcher ? { dispatcher } : {}) });
  return proxied as unknown as typeof fetch;
}
