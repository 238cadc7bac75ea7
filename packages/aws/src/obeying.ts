import type { ECRClient } from '@aws-sdk/client-ecr';
import type { AwsConfiguration } from './configuration.js';

/** What every client of the SDK sends its requests by. */
interface Sending {
  readonly config: { readonly requestHandler: Pick<ECRClient['config']['requestHandler'], 'handle'> };
}

/**
 * obeying has the calls of a client end when the configuration's signal aborts: a call that hangs would hold a cancelled
 * step for longer than the runner waits. The SDK takes a signal for each call alone; its clients share this way out.
 */
export function obeying<C extends Sending>(client: C, { signal }: AwsConfiguration): C {
  if (!signal) return client;
  const { requestHandler } = client.config;
  const handle = requestHandler.handle.bind(requestHandler);
  requestHandler.handle = (request, options) => handle(request, { ...options, abortSignal: signal });
  return client;
}
