import { describe, expect, it } from '@jest/globals';
import { ECS, head, oneVictim, signedLines } from './victim.js';

const victim = oneVictim();

describe('a request', () => {
  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'with %s is no call',
    async (method) => {
      const answer = await victim().raw(head(`${method} / HTTP/1.1`, signedLines('sts')));
      expect(answer.status).toBe(404);
      expect(answer.headers).toContain('x-amzn-errortype: invalidaction');
    },
  );

  it.each([
    'POST /path HTTP/1.1',
    'POST //etc/passwd HTTP/1.1',
    'POST http://evil.example/ HTTP/1.1',
    'POST /_local HTTP/1.1',
  ])('of %s is no call', async (line) => {
    const answer = await victim().raw(
      head(line, `${signedLines('ecs')}x-amz-target: ${ECS}.ListClusters\r\ncontent-length: 2\r\n`) + '{}',
    );
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.body)).toMatchObject({ __type: 'UnknownOperationException' });
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n'],
    ['TLS', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc])],
    ['two lengths', head('POST / HTTP/1.1', 'content-length: 2\r\ncontent-length: 20\r\n')],
    ['a length and chunks', head('POST / HTTP/1.1', 'content-length: 2\r\ntransfer-encoding: chunked\r\n')],
    ['a negative length', head('POST / HTTP/1.1', 'content-length: -1\r\n')],
    ['a length that is no number', head('POST / HTTP/1.1', 'content-length: two\r\n')],
    ['a bad chunk', `${head('POST / HTTP/1.1', 'transfer-encoding: chunked\r\n')}zz\r\n`],
    ['a header without end', `POST / HTTP/1.1\r\nx: ${'a'.repeat(100_000)}`],
    ['a NUL in its path', head('POST /\u0000 HTTP/1.1')],
  ])('that is %s ends in a status of HTTP', async (_what, bytes) => {
    const { status } = await victim().raw(bytes);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    await victim().requireAnswers();
  });

  it.each([
    ['before its end of headers', 'POST / HTTP/1.1\r\nhost: a\r\n'],
    ['before its body', head('POST / HTTP/1.1', `${signedLines('sts')}content-length: 100\r\n`)],
    ['in its body', `${head('POST / HTTP/1.1', `${signedLines('sts')}content-length: 100\r\n`)}Action=Get`],
    ['in a chunk', `${head('POST / HTTP/1.1', `${signedLines('sts')}transfer-encoding: chunked\r\n`)}a\r\nAct`],
    ['in a push', head('POST /v2/shop/web/blobs/uploads/ HTTP/1.1', 'content-length: 100\r\n')],
    ['in a fault', `${head('POST /_local/faults HTTP/1.1', 'content-length: 100\r\n')}{`],
  ])('that ends %s harms nobody', async (_where, bytes) => {
    await victim().raw(bytes, { halfway: true });
    await victim().requireAnswers();
    victim().requireNoFailure();
  });

  it('with a body longer than it says is read as long as it says, or refused', async () => {
    const body = 'Action=GetCallerIdentity&Version=2011-06-15';
    const request = head('POST / HTTP/1.1', `${signedLines('sts')}content-length: ${body.length}\r\n`);
    const answer = await victim().raw(`${request}${body}POST / garbage`);
    expect([200, 400]).toContain(answer.status);
    await victim().requireAnswers();
  });
});
