import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { requestIdToken } from '../src/index.js';

const TOKEN = 'head.claims.signature';
const REQUEST_TOKEN = 'token-to-ask-with';

const environmentBefore = { ...process.env };
const printed: string[] = [];
let server: Server | undefined;
let asked: { readonly url: string | undefined; readonly authorization: string | undefined }[];

/** GitHub's token service, as it answers here. */
async function given(answer: RequestListener): Promise<void> {
  server = createServer((request, response) => {
    asked.push({ url: request.url, authorization: request.headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  process.env['ACTIONS_ID_TOKEN_REQUEST_URL'] = `http://127.0.0.1:${port}/token?api-version=2.0`;
  process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'] = REQUEST_TOKEN;
}

beforeEach(() => {
  asked = [];
  printed.length = 0;
  delete process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
  delete process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...environmentBefore };
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

describe('requestIdToken', () => {
  it('asks for the audience as the job, and hides what it gets', async () => {
    await given((_request, response) => response.end(JSON.stringify({ value: TOKEN })));
    expect(await requestIdToken('sts.amazonaws.com')).toBe(TOKEN);
    expect(asked).toEqual([
      { url: '/token?api-version=2.0&audience=sts.amazonaws.com', authorization: `Bearer ${REQUEST_TOKEN}` },
    ]);
    expect(printed.filter((line) => line.includes(TOKEN))).toEqual([`::add-mask::${TOKEN}\n`]);
    expect(printed.join('')).not.toContain(REQUEST_TOKEN);
  });

  it('says which permission is missing', async () => {
    await expect(requestIdToken('sts.amazonaws.com')).rejects.toMatchObject({
      code: 'GITHUB_ID_TOKEN_FORBIDDEN',
      hint: expect.stringContaining('id-token: write'),
    });
  });

  it.each<[string, RequestListener]>([
    ['refuses', (_request, response) => response.writeHead(403).end('{"message":"no"}')],
    ['answers without a token', (_request, response) => response.end('{}')],
    ['answers a page', (_request, response) => response.end('<html>')],
    ['hangs up', (request) => request.socket.destroy()],
  ])('fails when GitHub %s', async (_title, answer) => {
    await given(answer);
    const error = await requestIdToken('sts.amazonaws.com').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'GITHUB_ID_TOKEN_FAILED', kind: 'world', retryable: true });
    expect((error as Error).message).not.toMatch(/\n/);
  });
});
