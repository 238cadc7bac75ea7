import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A call of STS as it came in. */
export interface StsCall {
  readonly action: string;
  /** Whose key signed it; absent when nobody's did. */
  readonly accessKeyId?: string;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface StsStandIn {
  readonly endpoint: string;
  readonly calls: StsCall[];
  /** How long sessions last, whatever was asked for; undefined: as long as was asked for. */
  lifetimeSeconds: number | undefined;
  /** Refuses the next calls with these errors, in order. */
  readonly errors: { readonly code: string; readonly status: number }[];
  readonly deniedRoles: Set<string>;
  /** Answers without credentials. */
  isEmpty: boolean;
  close(): Promise<void>;
}

/** The secrets of the n-th session, which nobody should ever see. */
export const secretsOf = (session: number): readonly string[] => [
  `secret-key-of-session-${session}`,
  `token-of-session-${session}`,
];

/** startSts speaks as much of STS as assuming roles takes. The sessions are numbered: ASIA1, ASIA2. */
export async function startSts(): Promise<StsStandIn> {
  const calls: StsCall[] = [];
  const errors: StsStandIn['errors'] = [];
  const deniedRoles = new Set<string>();
  const how: Pick<StsStandIn, 'lifetimeSeconds' | 'isEmpty'> = { lifetimeSeconds: undefined, isEmpty: false };
  let sessions = 0;
  const answer = (call: StsCall): string => {
    if (call.action === 'GetCallerIdentity') return resultOf(call.action, `<Account>${call.accessKeyId}</Account>`);
    if (how.isEmpty) return resultOf(call.action, '');
    sessions += 1;
    const [secret, token] = secretsOf(sessions);
    const seconds = how.lifetimeSeconds ?? Number(call.parameters['DurationSeconds']);
    const end = new Date(Date.now() + seconds * 1000).toISOString();
    const keys = `<AccessKeyId>ASIA${sessions}</AccessKeyId><SecretAccessKey>${secret}</SecretAccessKey>`;
    const rest = `<SessionToken>${token}</SessionToken><Expiration>${end}</Expiration>`;
    return resultOf(call.action, `<Credentials>${keys}${rest}</Credentials>`);
  };
  const server = createServer((request, response) => {
    void callOf(request).then((call) => {
      calls.push(call);
      const isDenied = deniedRoles.has(call.parameters['RoleArn'] ?? '');
      const error = isDenied ? { code: 'AccessDenied', status: 403 } : errors.shift();
      response.writeHead(error?.status ?? 200, { 'content-type': 'text/xml' });
      response.end(error ? errorOf(error.code) : answer(call));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(how, {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    errors,
    deniedRoles,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

async function callOf(request: IncomingMessage): Promise<StsCall> {
  const parameters = Object.fromEntries(new URLSearchParams(await text(request)));
  const accessKeyId = /Credential=(\w+)\//.exec(request.headers.authorization ?? '')?.[1];
  return { action: parameters['Action'] ?? '', parameters, ...(accessKeyId ? { accessKeyId } : {}) };
}

const resultOf = (action: string, inside: string): string =>
  `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${inside}</${action}Result></${action}Response>`;

const errorOf = (code: string): string =>
  `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>told by STS</Message></Error><RequestId>r-1</RequestId></ErrorResponse>`;
