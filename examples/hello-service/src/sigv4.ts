import { createHash, createHmac } from 'node:crypto';

/** Keys that sign requests to AWS. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Only temporary keys have one. */
  readonly sessionToken?: string;
}

/** A request before it is signed: no query string, which the services that speak JSON never have. */
export interface UnsignedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the signature is made for. */
export interface SigningScope {
  readonly credentials: Credentials;
  readonly region: string;
  readonly service: string;
  readonly date: Date;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * signedHeaders returns the request's headers with AWS Signature Version 4 added. `host` is signed but not among
 * them, because the HTTP client writes it itself.
 * Source: "Signing AWS API requests" in the IAM User Guide.
 */
export function signedHeaders(request: UnsignedRequest, scope: SigningScope): Record<string, string> {
  const timestamp = scope.date.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const { sessionToken } = scope.credentials;
  const headers: Record<string, string> = {
    ...request.headers,
    'x-amz-date': timestamp,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const signable = Object.entries({ ...headers, host: request.url.host })
    .map(([name, value]): [string, string] => [name.toLowerCase(), value.trim()])
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const names = signable.map(([name]) => name).join(';');
  const canonicalRequest = [
    request.method,
    request.url.pathname,
    '', // the query string
    ...signable.map(([name, value]) => `${name}:${value}`),
    '',
    names,
    sha256(request.body),
  ].join('\n');
  const credentialScope = [timestamp.slice(0, 8), scope.region, scope.service, 'aws4_request'].join('/');
  const stringToSign = [ALGORITHM, timestamp, credentialScope, sha256(canonicalRequest)].join('\n');
  const signature = hmac(signingKey(scope.credentials, credentialScope), stringToSign).toString('hex');
  const credential = `${scope.credentials.accessKeyId}/${credentialScope}`;
  headers['authorization'] = `${ALGORITHM} Credential=${credential}, SignedHeaders=${names}, Signature=${signature}`;
  return headers;
}

function signingKey(credentials: Credentials, credentialScope: string): Buffer {
  return credentialScope
    .split('/')
    .reduce((key: string | Buffer, part) => hmac(key, part), `AWS4${credentials.secretAccessKey}`) as Buffer;
}
