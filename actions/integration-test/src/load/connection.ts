import type { Client } from 'undici';

/** LoadRequest is one request of a load. */
export interface LoadRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether an answer with this status is a good one. */
  readonly accepts: (status: number) => boolean;
}

/** Connection is one kept connection, with at most one request on its way. */
export interface Connection {
  /** Sends a request once, and never again; `done` is called once, without a problem after a whole and good answer. */
  send(request: LoadRequest, done: (problem?: string) => void): void;
  /** Ends at once; what is on its way fails. */
  close(): Promise<void>;
}

/** loadConnector loads what makes connections: a run without a load starts without it. */
export async function loadConnector(origin: string, timeoutMs: number): Promise<() => Connection> {
  const undici = await import('undici');
  const settings = { pipelining: 1, headersTimeout: timeoutMs, bodyTimeout: timeoutMs };
  return () => connectionOf(new undici.Client(origin, settings));
}

/** A connection opens with its first request, and again when the other side has closed it. */
function connectionOf(client: Client): Connection {
  return {
    send: ({ method, path, headers, body, accepts }, done) => {
      let status = 0;
      client.dispatch(
        { method, path, headers, ...(body === undefined ? {} : { body }) },
        {
          onConnect: () => undefined,
          onHeaders: (received) => {
            status = received;
            return true;
          },
          onData: () => true,
          onComplete: () => (accepts(status) ? done() : done(`status ${status}`)),
          // Later, whatever it is: who sends again at once on a failure within `send` would never come back from it.
          onError: (error) => void setImmediate(done, problemOf(error)),
        },
      );
    },
    close: () => client.destroy(),
  };
}

/** NO_ANSWER is the one problem that a machine without rest can cause by itself. */
export const NO_ANSWER = 'no answer in time';

/** Few kinds: they are counted, one by one. */
function problemOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  if (/TIMEOUT|UND_ERR_DESTROYED/.test(code)) return NO_ANSWER;
  return code === 'ECONNREFUSED' ? 'connection refused' : 'connection lost';
}
