import { Readable } from 'node:stream';
import type { AwsConfiguration } from '@slipway/aws';
import type { InjectedAnswer, LocalAws } from '@slipway/local-aws';
import { REGION } from '../aws.js';

/** How the deployer's SDK reaches the lab's AWS: its own requests and answers on the wire, but for the sockets. */
export function configurationFor(localAws: LocalAws, tries: number): AwsConfiguration {
  return {
    endpoint: localAws.endpoint,
    region: REGION,
    maxAttempts: tries,
    retryMode: 'adaptive',
    customUserAgent: 'slipway-lab',
    requestHandler: handlerOf(localAws),
    credentials: () => Promise.resolve({ accessKeyId: 'LAB', secretAccessKey: 'lab-secret-key' }),
    retryStrategy: retryWithoutWaiting(tries),
  };
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

function handlerOf(localAws: LocalAws): Handler {
  const handler = {
    handle: async (request: {
      readonly method: string;
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
    }) => {
      const { method, path: url, headers, body } = request;
      const bytes = body === undefined ? {} : { body: typeof body === 'string' ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength) };
      return responseOf(await localAws.inject({ method, url, headers, ...bytes }));
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
  return { response: { statusCode: status, headers, body: Readable.from([body]) } };
}
