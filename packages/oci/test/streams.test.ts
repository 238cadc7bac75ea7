import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BlobDirectory, digestOf } from '../src/index.js';
import { Silence } from '../src/silence.js';
import { ask, readAll, sendStream, type Reply } from '../src/streams.js';
import { pieces, temporaryDirectories } from './sample-image.js';

const directories = temporaryDirectories();
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await directories.removeAll();
});

async function serve(answer: RequestListener): Promise<URL> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

const silence = new Silence(60_000);
const { signal } = silence;

/** A body that uses one buffer for all of its pieces, and tells when nobody reads it any more. */
function body(count: number) {
  const state = { isClosed: false, asked: 0 };
  const data = (async function* () {
    const buffer = Buffer.alloc(64 * 1024);
    try {
      for (; state.asked < count; state.asked += 1) yield await Promise.resolve(buffer.fill(state.asked));
    } finally {
      state.isClosed = true;
    }
  })();
  return { state, data };
}

function upload(url: URL, data: AsyncIterable<Uint8Array>, length: number): Promise<Reply> {
  return sendStream(url, {
    method: 'PATCH',
    headers: { 'content-length': String(length) },
    body: data,
    signal,
    silence,
  });
}

describe('sendStream', () => {
  it('sends every piece as it is, though all of them are one buffer', async () => {
    const seen: Buffer[] = [];
    const url = await serve((request, response) => {
      request.on('data', (chunk: Buffer) => seen.push(chunk)).on('end', () => response.writeHead(202).end('taken'));
    });
    const { data } = body(40);
    const answer = await upload(url, data, 40 * 64 * 1024);
    expect([answer.status, (await readAll(answer.body)).toString()]).toEqual([202, 'taken']);
    const sent = Buffer.concat(Array.from({ length: 40 }, (_, at) => Buffer.alloc(64 * 1024, at)));
    expect(digestOf(Buffer.concat(seen))).toBe(digestOf(sent));
  });

  it('stops when the registry answers before it has everything', async () => {
    const url = await serve((_request, response) => response.writeHead(503).end('later'));
    const { state, data } = body(10_000);
    expect((await upload(url, data, 10_000 * 64 * 1024)).status).toBe(503);
    expect(state.isClosed).toBe(true);
    expect(state.asked).toBeLessThan(10_000);
  });

  it('stops when the registry goes away', async () => {
    const url = await serve((request) => void request.once('data', () => request.socket.destroy()));
    const { state, data } = body(10_000);
    await expect(upload(url, data, 10_000 * 64 * 1024)).rejects.toThrow(/ECONNRESET|EPIPE|socket hang up/);
    expect(state.isClosed).toBe(true);
  });

  it("fails with the body's own failure", async () => {
    const url = await serve((request) => void request.resume());
    const failing = (async function* () {
      yield await Promise.resolve(Buffer.from('a piece'));
      throw new Error('the disk is gone');
    })();
    await expect(upload(url, failing, 1000)).rejects.toThrow('the disk is gone');
  });
});

describe('ask', () => {
  const download = (url: URL, demandSafe: (to: URL) => void = () => undefined) =>
    ask(url, { method: 'GET', headers: { authorization: 'Bearer secret' }, signal, silence, demandSafe });

  it('follows to where the blob lies, without the credentials', async () => {
    const asked: (string | undefined)[] = [];
    const store = await serve((request, response) => {
      asked.push(request.headers.authorization);
      response.end('a blob');
    });
    const url = await serve((request, response) => {
      asked.push(request.headers.authorization);
      response.writeHead(307, { location: store.href }).end();
    });
    expect((await readAll((await download(url)).body)).toString()).toBe('a blob');
    expect(asked).toEqual(['Bearer secret', undefined]);
  });

  it('follows nowhere that is not safe, and not for ever', async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests += 1;
      response.writeHead(302, { location: `/${requests}` }).end();
    });
    const unsafe = (to: URL): void => {
      if (to.pathname !== '/') throw new Error(`not ${to.pathname}`);
    };
    await expect(download(url, unsafe)).rejects.toThrow('not /1');
    expect((await download(url)).status).toBe(302);
    expect(requests).toBe(1 + 21);
  });
});

describe("a blob's pieces", () => {
  it('are the blob, whatever its size', async () => {
    const directory = new BlobDirectory(await directories.make());
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(0, 1, 262_143, 262_144, 262_145, 600_000), async (size) => {
        const bytes = Buffer.alloc(size, `${size} bytes`);
        await directory.write(digestOf(bytes), pieces(bytes));
        const read: Buffer[] = [];
        for await (const piece of directory.pieces(digestOf(bytes))) read.push(Buffer.from(piece));
        expect(digestOf(Buffer.concat(read))).toBe(digestOf(bytes));
      }),
      { numRuns: 12 },
    );
  });
});
