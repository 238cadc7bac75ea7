import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalAws } from '@slipway/local-aws';
import { gitHubClaims } from '@slipway/testkit';
import { OWN_REPOSITORY } from './adapt.js';

/** Whose repository a run is of. */
export interface Consumer {
  readonly repository: string;
  readonly ownerId: number;
  readonly repositoryId: number;
  /** The commit of ours that it names. */
  readonly commit: string;
}

/** GitHub as far as the jobs of a run meet it: their ID tokens, and an API that knows of no earlier run. */
export interface GitHub {
  readonly url: string;
  /** The claims of the tokens that were given out. */
  readonly claims: readonly Readonly<Record<string, string>>[];
  close(): Promise<void>;
}

/** startGitHub answers on the loopback address; tokens are signed by the issuer that local-aws trusts in GitHub's place. */
export async function startGitHub(localAws: LocalAws, consumer: Consumer): Promise<GitHub> {
  const claims: Readonly<Record<string, string>>[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    request.resume();
    if (pathname === '/tokens') {
      const told = claimsOf(consumer, searchParams);
      claims.push(told);
      const value = await localAws.issuer.sign(told, searchParams.get('audience') ?? '');
      return send(response, 200, { value });
    }
    if (/\/actions\/workflows\/[^/]+\/runs$/.test(pathname)) {
      return send(response, 200, { total_count: 0, workflow_runs: [] });
    }
    return send(response, 404, { message: 'Not Found' });
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => send(response, 500, { message: String(error) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    claims,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** What GitHub says of a job: where it stands, and its environment. */
function claimsOf(consumer: Consumer, asked: URLSearchParams): Readonly<Record<string, string>> {
  const environment = asked.get('environment') ?? '';
  return gitHubClaims({
    ...{ repository: consumer.repository, ownerId: consumer.ownerId, repositoryId: consumer.repositoryId },
    subject: 'ids',
    jobWorkflowRef: `${OWN_REPOSITORY}/.github/workflows/${asked.get('file') ?? ''}@${consumer.commit}`,
    ...(environment === '' ? {} : { environment }),
  });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
