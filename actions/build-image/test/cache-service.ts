import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A cache service that is not well: it answers everything with the same status, or takes everything and says nothing. */
export interface SickService {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** How many requests came. */
  asked(): number;
  close(): void;
}

/** What a service is ill with: a status, or silence. */
export interface Sickness {
  readonly answer: number | 'never';
}

/** startSickService starts one; GitHub's cache and a registry are both only HTTP. */
export async function startSickService({ answer }: Sickness): Promise<SickService> {
  let count = 0;
  const server: Server = createServer((_request, response) => {
    count += 1;
    if (answer !== 'never') response.writeHead(answer, { 'retry-after': '1' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => count, close };
}

/** A token in the form that BuildKit reads of GitHub's: what it may do, and until when. */
export function runtimeToken(): string {
  const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');
  const access = JSON.stringify([{ Scope: 'refs/heads/main', Permission: 3 }]);
  return [
    part({ alg: 'HS256', typ: 'JWT' }),
    part({ ac: access, nbf: 1_700_000_000, exp: 4_102_444_800 }),
    'c2ln',
  ].join('.');
}
