import { request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { LocalAws } from '../../src/index.js';
import { clientConfiguration, localAwsPerTest } from '../running.js';

const start = localAwsPerTest();
const RULE = { operation: 'sts:GetCallerIdentity', always: true, kind: 'throttle' };

async function call(localAws: LocalAws, line: string, body?: unknown) {
  const [method = '', path = ''] = line.split(' ');
  const given = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(`${localAws.endpoint}/_local/${path}`, { method, ...given });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>) };
}

describe('faults over HTTP', () => {
  it('are set, told and taken away', async () => {
    const localAws = await start();
    const sts = new STSClient(clientConfiguration(localAws));
    const made = await call(localAws, 'POST faults', RULE);
    expect(made).toMatchObject({ status: 201, body: { id: expect.any(String), rule: RULE, calls: 0, hits: 0 } });
    await expect(sts.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'Throttling' });
    expect(await call(localAws, 'GET faults')).toEqual({
      status: 200,
      body: { faults: [{ id: made.body?.['id'], rule: RULE, calls: 1, hits: 1 }] },
    });
    expect(await call(localAws, `DELETE faults/${String(made.body?.['id'])}`)).toMatchObject({ status: 204 });
    expect(await sts.send(new GetCallerIdentityCommand({}))).toHaveProperty('Account');
    await call(localAws, 'POST faults', RULE);
    await call(localAws, 'POST faults', RULE);
    expect(await call(localAws, 'DELETE faults')).toMatchObject({ status: 204 });
    expect(localAws.faults.list()).toEqual([]);
  });

  it.each([
    ['POST faults', { ...RULE, kind: 'explode' }, { status: 400, code: 'LOCAL_AWS_FAULT' }],
    ['POST faults', '{', { status: 400, code: 'SerializationException' }],
    ['POST faults', '[]', { status: 400, code: 'SerializationException' }],
    ['POST faults', ' '.repeat(17 * 1024 * 1024), { status: 413, code: 'RequestEntityTooLarge' }],
    ['DELETE faults/none', undefined, { status: 404, code: undefined }],
    ['PUT faults', RULE, { status: 404, code: undefined }],
    ['POST state', RULE, { status: 404, code: undefined }],
    ['GET nothing', undefined, { status: 404, code: undefined }],
  ])('answer %s %.40j with %j', async (line, body, { status, code }) => {
    const localAws = await start();
    const answer = await call(localAws, line, body);
    expect(answer.status).toBe(status);
    expect(answer.body?.['code']).toBe(code);
    expect(localAws.faults.list()).toEqual([]);
  });

  it.each([{ host: 'evil.example' }, { origin: 'http://evil.example' }])(
    'are not set from a web page: %j',
    async (headers) => {
      const localAws = await start();
      const status = await new Promise((resolve, reject) => {
        const page = request(`${localAws.endpoint}/_local/faults`, { method: 'POST', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        page.on('error', reject).end(JSON.stringify(RULE));
      });
      expect(status).toBe(403);
      expect(localAws.faults.list()).toEqual([]);
    },
  );
});

describe('the calls over HTTP', () => {
  it('are those of the record', async () => {
    const localAws = await start();
    await new STSClient(clientConfiguration(localAws)).send(new GetCallerIdentityCommand({}));
    const { status, body } = await call(localAws, 'GET calls');
    expect(status).toBe(200);
    expect(body).toEqual(localAws.calls());
  });
});
