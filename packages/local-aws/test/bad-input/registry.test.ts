import { describe, expect, it } from '@jest/globals';
import { ECR, oneVictim } from './victim.js';

const victim = oneVictim();

describe('the registry', () => {
  const paths = [
    '/v2/../secret/manifests/latest',
    '/v2/../../../../etc/passwd',
    '/v2/%2e%2e/%2e%2e/manifests/latest',
    '/v2/..%2f..%2f..%2fetc%2fpasswd/manifests/latest',
    '/v2/shop/web/../../x/manifests/latest',
    '/v2/shop%2fweb/manifests/latest',
    '/v2//etc/passwd/manifests/latest',
    '/v2/shop/web/manifests/..%2f..%2f..%2fx',
    '/v2/shop/web/manifests/..',
    '/v2/shop/web/blobs/sha256:../../../../etc/passwd',
    '/v2/shop/web/blobs/sha256:..%2f..%2f..%2fetc%2fpasswd',
    '/v2/shop/web/blobs/..%2f..%2findex.json',
    '/v2/shop/web/blobs/uploads/..%2f..%2fx',
    '/v2/shop/web/blobs/uploads/../x',
    '/v2/shop/web/manifests/a%00b',
    `/v2/${'a/'.repeat(4_000)}a/manifests/latest`,
    `/v2/${'a'.repeat(8_000)}/manifests/latest`,
    `/v2/shop/web/manifests/${'a'.repeat(8_000)}`,
    '/v2/C:/x/manifests/latest',
    '/v2/shop\\web/manifests/latest',
    '/v2/*/manifests/latest',
    '/v2/__proto__/manifests/latest',
  ];
  const methods = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'];

  it.each(paths)('keeps %.60j in its folder', async (path) => {
    const before = await victim().tree();
    for (const method of methods) {
      const body = method === 'GET' ? '' : '{"schemaVersion":2}';
      const answer = await victim().raw(
        `${method} ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: ${victim().registryAuthorization}\r\n` +
          `content-type: application/vnd.oci.image.manifest.v1+json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(JSON.parse(answer.body)).toMatchObject({ errors: [{ code: expect.any(String) }] });
    }
    expect(await victim().tree()).toEqual(before);
  });

  it.each([
    '../x',
    '..',
    '/etc',
    'a/../../x',
    'a//b',
    'A',
    '%2e%2e',
    'a\u0000b',
    'a',
    'a'.repeat(257),
    '',
    '.a',
    'a/.',
    'ab/',
  ])('makes no repository %.40j', async (repositoryName) => {
    const before = await victim().tree();
    const response = await victim().post(
      'ecr',
      { 'x-amz-target': `${ECR}.CreateRepository` },
      JSON.stringify({ repositoryName }),
    );
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([400, 'InvalidParameterException']);
    expect(await victim().tree()).toEqual(before);
  });

  it('takes the longest name that ECR takes, with as many parts as it can have', async () => {
    for (const repositoryName of ['a'.repeat(255), `a${'/a'.repeat(127)}`]) {
      const call = (operation: string) =>
        victim().post('ecr', { 'x-amz-target': `${ECR}.${operation}` }, JSON.stringify({ repositoryName }));
      expect([(await call('CreateRepository')).status, (await call('DeleteRepository')).status]).toEqual([200, 200]);
    }
    victim().requireNoFailure();
  });

  it('leaves nothing of an upload that was cut', async () => {
    const start = await fetch(`${victim().localAws.endpoint}/v2/shop/web/blobs/uploads/`, {
      method: 'POST',
      headers: { authorization: victim().registryAuthorization },
    });
    const location = start.headers.get('location') ?? '';
    await victim().raw(
      `PUT ${location}?digest=sha256:${'0'.repeat(64)} HTTP/1.1\r\nhost: a\r\n` +
        `authorization: ${victim().registryAuthorization}\r\ncontent-length: 1000\r\n\r\nhalf`,
      { halfway: true },
    );
    const isWriting = async (): Promise<boolean> => (await victim().tree()).some((path) => path.includes('.writing-'));
    while (await isWriting()) await victim().requireAnswers();
    expect((await victim().tree()).filter((path) => path.includes('blobs/sha256/'))).toEqual([]);
  });
});
