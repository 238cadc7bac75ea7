import type { IncomingMessage, ServerResponse } from 'node:http';

/** Metadata answers a path of the task metadata endpoint, or undefined where there is nothing. */
export type Metadata = (path: string) => Promise<object | undefined>;

/** createMetadataHandler returns the handler of the task metadata endpoint, below `/v4/`. */
export function createMetadataHandler(metadata: Metadata) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const found = request.method === 'GET' ? await metadata(path) : undefined;
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ?? `V4 metadata handler: unable to find ${path}`));
  };
}
