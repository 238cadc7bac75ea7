import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LocalAws } from '@slipway/local-aws';
import { gitHubClaims, startGitHubApi, type GitHubApiStandIn } from '@slipway/testkit';
import { OWN_REPOSITORY } from './adapt.js';

/** Whose repository a run is of. */
export interface Consumer {
  readonly repository: string;
  readonly ownerId: number;
  readonly repositoryId: number;
  /** The commit of ours that it names. */
  readonly commit: string;
}

/** The token of every job; a job's own permissions narrow it on GitHub, act knows none. */
export const TOKEN = 'of-this-run';
const PERMISSIONS = { contents: 'read', actions: 'read', deployments: 'write', statuses: 'write' } as const;

/** GitHub as far as the jobs of a run meet it: their ID tokens, and its API. */
export interface GitHub {
  /** Where jobs ask for ID tokens. */
  readonly idTokens: string;
  /** The claims of the tokens that were given out. */
  readonly claims: readonly Readonly<Record<string, string>>[];
  readonly api: GitHubApiStandIn;
  close(): Promise<void>;
}

/** startGitHub answers on the loopback address; tokens are signed by the issuer that local-aws trusts in GitHub's place. */
export async function startGitHub(localAws: LocalAws, consumer: Consumer): Promise<GitHub> {
  const claims: Readonly<Record<string, string>>[] = [];
  const api = await startGitHubApi({ repository: consumer.repository, tokens: { [TOKEN]: PERMISSIONS } });
  const answer = async (request: IncomingMessage): Promise<object> => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const told = claimsOf(consumer, searchParams);
    claims.push(told);
    return { value: await localAws.issuer.sign(told, searchParams.get('audience') ?? '') };
  };
  const server = createServer((request, response) => {
    answer(request).then(
      (body) => send(response, 200, body),
      (error: unknown) => send(response, 500, { message: String(error) }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...{ claims, api, idTokens: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` },
    close: async () => {
      await api.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
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
