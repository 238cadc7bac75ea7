import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { startLocalAws } from '../src/index.js';
import { clientConfiguration, localAwsPerTest, signedAs } from './running.js';

const start = localAwsPerTest();
const ECS = 'AmazonEC2ContainerServiceV20141113';

describe('local-aws', () => {
  it('tells the SDK who it is', async () => {
    const localAws = await start({ accountId: '210987654321' });
    const sts = new STSClient(clientConfiguration(localAws));
    expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '210987654321',
      Arn: 'arn:aws:iam::210987654321:user/AKIATEST',
    });
  });

  it('records every call, and counts it in its state', async () => {
    const localAws = await start();
    const sts = new STSClient(clientConfiguration(localAws));
    await sts.send(new GetCallerIdentityCommand({}));
    await fetch(localAws.endpoint, {
      method: 'POST',
      headers: { ...signedAs('ecs'), 'x-amz-target': `${ECS}.DescribeServices` },
      body: '{"cluster":"none","services":["web"]}',
    });
    expect(localAws.calls()).toEqual([
      expect.objectContaining({ service: 'sts', operation: 'GetCallerIdentity', accessKeyId: 'AKIATEST', status: 200 }),
      expect.objectContaining({
        service: 'ecs',
        operation: 'DescribeServices',
        resource: 'web',
        status: 400,
        errorCode: 'ClusterNotFoundException',
      }),
    ]);
    const state = (await (await fetch(`${localAws.endpoint}/_local/state`)).json()) as Record<string, unknown>;
    expect(state['calls']).toEqual({ 'ecs:DescribeServices': 1, 'sts:GetCallerIdentity': 1 });
    expect(Object.keys(state['services'] as object)).toEqual(localAws.services.map(({ id }) => id));
  });

  it.each([
    {
      what: 'JSON that is none',
      target: `${ECS}.ListClusters`,
      body: '{',
      status: 400,
      code: 'SerializationException',
    },
    { what: 'an unknown operation', target: `${ECS}.Fly`, body: '{}', status: 400, code: 'UnknownOperationException' },
    { what: 'an inherited one', target: `${ECS}.toString`, body: '{}', status: 400, code: 'UnknownOperationException' },
    { what: 'an unknown target', target: 'Nobody.Fly', body: '{}', status: 404, code: 'UnknownOperationException' },
  ])('answers $what in JSON', async ({ target, body, status, code }) => {
    const { endpoint } = await start();
    const headers = { ...signedAs('ecs'), 'x-amz-target': target };
    const response = await fetch(endpoint, { method: 'POST', headers, body });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([status, code]);
    expect(await response.json()).toMatchObject({ __type: code });
  });

  it.each([
    { what: 'an unknown operation', service: 'sts', body: 'Action=Fly', status: 400, code: 'InvalidAction' },
    { what: 'no operation', service: 'sts', body: '', status: 400, code: 'MissingAction' },
    { what: 'an unknown service', service: 'flying', body: 'Action=Fly', status: 404, code: 'InvalidAction' },
  ])('answers $what in XML', async ({ service, body, status, code }) => {
    const { endpoint } = await start();
    const response = await fetch(endpoint, { method: 'POST', headers: signedAs(service), body });
    expect(response.status).toBe(status);
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
  });

  it('answers no call that is not signed', async () => {
    const { endpoint } = await start();
    const headers = { 'x-amz-target': `${ECS}.ListClusters` };
    const response = await fetch(endpoint, { method: 'POST', headers, body: '{}' });
    expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationToken' });
  });

  it('reads no more of a body than any API needs', async () => {
    const { endpoint } = await start();
    const body = Buffer.alloc(17 * 1024 * 1024);
    const response = await fetch(endpoint, { method: 'POST', headers: signedAs('sts'), body });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([413, 'RequestEntityTooLarge']);
  });

  it('says what it has nothing at', async () => {
    const { endpoint } = await start();
    expect((await fetch(`${endpoint}/other`)).status).toBe(404);
  });

  it('ends with connections open, as often as it is told to, and leaves no file', async () => {
    const stateDirectory = await mkdtemp(join(tmpdir(), 'local-aws-test-'));
    const localAws = await start({ stateDirectory });
    const socket = connect(Number(new URL(localAws.endpoint).port), '127.0.0.1');
    const cut = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('connect', resolve));
    await Promise.all([localAws.close(), localAws.close()]);
    await cut;
    expect(await readdir(stateDirectory)).toEqual([]);
    await rm(stateDirectory, { recursive: true });
    await expect(fetch(localAws.endpoint)).rejects.toThrow('fetch failed');
  });

  it('says that a port is taken', async () => {
    const { endpoint } = await start();
    const port = Number(new URL(endpoint).port);
    await expect(startLocalAws({ port, tasks: 'simulated' })).rejects.toMatchObject({ code: 'LOCAL_AWS_PORT' });
  });

  it.each([
    { port: 70_000 },
    { port: 1.5 },
    { minuteMs: 0 },
    { minuteMs: Number.NaN },
    { accountId: '12' },
    { region: 'x' },
  ])('refuses the options %j', async (options) => {
    await expect(startLocalAws({ tasks: 'simulated', ...options })).rejects.toMatchObject({
      code: 'LOCAL_AWS_OPTION',
    });
  });
});
