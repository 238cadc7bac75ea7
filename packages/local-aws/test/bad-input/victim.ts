import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { startLocalAws, type LocalAws } from '../../src/index.js';
import { clientConfiguration, signedAs } from '../running.js';

export const ECS = 'AmazonEC2ContainerServiceV20141113';
export const ECR = 'AmazonEC2ContainerRegistry_V20150921';

/** What came back on a connection, until it ended. */
export interface Raw {
  readonly status: number;
  /** In lower case. */
  readonly headers: string;
  readonly body: string;
}

/** A local-aws with the repository shop/web, in a folder of its own, that nothing it is sent may bring down. */
export class Victim {
  readonly localAws: LocalAws;
  readonly registryAuthorization: string;
  readonly #folder: string;

  static async start(): Promise<Victim> {
    const folder = await mkdtemp(join(tmpdir(), 'local-aws-bad-input-'));
    const stateDirectory = join(folder, 'state');
    await mkdir(stateDirectory);
    const localAws = await startLocalAws({
      tasks: 'simulated',
      minuteMs: 1000,
      stateDirectory,
      validateResponses: true,
    });
    const ecr = new ECRClient(clientConfiguration(localAws));
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'shop/web' }));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    return new Victim({ folder, localAws, token: authorizationData?.[0]?.authorizationToken ?? '' });
  }

  constructor(parts: { readonly folder: string; readonly localAws: LocalAws; readonly token: string }) {
    this.#folder = parts.folder;
    this.localAws = parts.localAws;
    this.registryAuthorization = `Basic ${parts.token}`;
  }

  async end(): Promise<void> {
    await this.localAws.close();
    await rm(this.#folder, { recursive: true });
  }

  /** Sends bytes as they are, which no HTTP client would. */
  raw(request: string | Buffer, { halfway = false } = {}): Promise<Raw> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(this.localAws.endpoint).port), '127.0.0.1');
      let text = '';
      socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
      // A connection that is reset has said all that it will.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        const [head = '', body = ''] = text.split('\r\n\r\n', 2);
        resolve({ status: Number(head.split(' ')[1] ?? 0), headers: head.toLowerCase(), body });
      });
      socket.setTimeout(10_000, () => reject(new Error(`no answer to ${request.toString().slice(0, 200)}`)));
      socket.write(request, () => halfway && socket.destroy());
    });
  }

  /** Sends a call that is signed as far as local-aws looks. */
  post(service: string, headers: Readonly<Record<string, string>>, body: string | Buffer): Promise<Response> {
    const bytes = typeof body === 'string' ? body : new Uint8Array(body);
    return fetch(this.localAws.endpoint, {
      method: 'POST',
      headers: { ...signedAs(service), ...headers },
      body: bytes,
    });
  }

  /** Every folder and file below the test's own folder. */
  async tree(): Promise<readonly string[]> {
    return (await readdir(this.#folder, { recursive: true })).sort();
  }

  async requireAnswers(): Promise<void> {
    const response = await this.post('sts', {}, 'Action=GetCallerIdentity&Version=2011-06-15');
    expect(response.status).toBe(200);
  }

  /** Whatever it is sent, no call may have ended in a mistake of local-aws itself. */
  requireNoFailure(): void {
    expect(this.localAws.calls().filter(({ errorCode }) => errorCode === 'InternalFailure')).toEqual([]);
  }
}

/** oneVictim starts one for all tests of a file. */
export function oneVictim(): () => Victim {
  let victim: Victim;
  beforeAll(async () => {
    victim = await Victim.start();
  });
  afterAll(() => victim.end());
  return () => victim;
}

/** head returns a request up to its body; the lines more are headers with their ends. */
export function head(line: string, more = ''): string {
  return `${line}\r\nhost: 127.0.0.1\r\nconnection: close\r\n${more}\r\n`;
}

/** signedLines returns the headers of a call that is signed as far as local-aws looks. */
export function signedLines(service: string): string {
  return Object.entries(signedAs(service))
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}
