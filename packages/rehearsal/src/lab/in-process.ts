import type { AwsConfiguration } from '@slipway/aws';
import type { InjectedAnswer, LocalAws } from '@slipway/local-aws';
import { REGION } from '../aws.js';
import type { LabOptions } from './lab-options.js';

/** Who calls, in the record of local-aws. */
const ACCESS_KEY_ID = 'LAB';

/**
 * How the deployer's SDK reaches the lab's AWS: its own requests and answers on the wire, but for the sockets, and
 * without what costs much and tells nothing here: signatures that nobody checks, and logs that nobody reads.
 */
export function configurationFor(
  localAws: LocalAws,
  { tries = 2, onAnswer }: Pick<LabOptions, 'tries' | 'onAnswer'>,
): AwsConfiguration {
  const configuration = {
    signerConstructor: UncheckedSigner,
    cacheMiddleware: true,
    logger: NO_LOGGER,
    endpoint: localAws.endpoint,
    region: REGION,
    maxAttempts: tries,
    retryMode: 'adaptive',
    customUserAgent: 'slipway-lab',
    requestHandler: handlerOf(localAws, onAnswer),
    credentials: () => Promise.resolve({ accessKeyId: ACCESS_KEY_ID, secretAccessKey: 'lab-secret-key' }),
    retryStrategy: retryWithoutWaiting(tries),
  } as const;
  return configuration;
}

/** The SDK filters every input and output for a logger that has methods, even where these do nothing. */
const NO_LOGGER = {};

interface Signable {
  readonly headers: Record<string, string>;
}

/** Writes the part of a signature that local-aws reads: who calls, in which region, which service. */
class UncheckedSigner {
  readonly #authorization: string;

  constructor({ region, service }: { readonly region: string; readonly service: string }) {
    const scope = `${ACCESS_KEY_ID}/20300101/${region}/${service}/aws4_request`;
    this.#authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
  }

  sign<Request extends Signable>(request: Request): Promise<Request> {
    request.headers['authorization'] = this.#authorization;
    return Promise.resolve(request);
  }
}

/** Retries do not wait: real time does not pass here, and the deployer's own patience is what is looked at. */
function retryWithoutWaiting(tries: number): NonNullable<AwsConfiguration['retryStrategy']> {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 });
  return {
    acquireInitialRetryToken: () => Promise.resolve(token(0)),
    refreshRetryTokenForRetry: (before) => {
      const count = before.getRetryCount() + 1;
      return count < tries ? Promise.resolve(token(count)) : Promise.reject(new Error('No further try.'));
    },
    recordSuccess: () => undefined,
  };
}

type Handler = Extract<AwsConfiguration['requestHandler'], { readonly handle: unknown }>;

function handlerOf(localAws: LocalAws, onAnswer: LabOptions['onAnswer']): Handler {
  const handler = {
    handle: async (request: {
      readonly method: string;
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    }) => {
      const { method, path: url, headers, body } = request;
      const bytes = body === undefined ? {} : { body: typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength) };
      const asked = { method, url, headers, ...bytes };
      const answer = await localAws.inject(asked);
      onAnswer?.(asked, answer);
      return responseOf(answer);
    },
    destroy: () => undefined,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
    metadata: { handlerProtocol: 'http/1.1' },
  };
  return handler;
}

function responseOf(answer: InjectedAnswer) {
  if (answer.kind !== 'answer') {
    throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
  }
  const { status, headers, body } = answer;
  return { response: { statusCode: status, headers, body } };
}
