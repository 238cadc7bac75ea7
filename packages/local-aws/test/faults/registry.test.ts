import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CallRecord, FaultRule, LocalAws } from '../../src/index.js';
import { REGISTRY_ACTIONS, registryCallOf } from '../../src/http/registry-call.js';
import { clientConfiguration, localAwsPerTest } from '../running.js';

const start = localAwsPerTest();
const REPOSITORY = 'shop/web';
const LAYER = Buffer.from('a layer');
const LAYER_DIGEST = 'sha256:e28d98ac666afd34f089b971a663264d54d67a60ddc82996d48d8f3c204eb75f';
const CONFIG_MEDIA_TYPE = 'application/vnd.oci.image.config.v1+json';
const MANIFEST_MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json';

let localAws: LocalAws;
let authorization: string;
beforeEach(async () => {
  localAws = await start();
  const ecr = new ECRClient(clientConfiguration(localAws));
  await ecr.send(new CreateRepositoryCommand({ repositoryName: REPOSITORY }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  authorization = `Basic ${authorizationData?.[0]?.authorizationToken ?? ''}`;
});

const ask = (method: string, path: string, sent: { body?: Buffer | string; type?: string } = {}) =>
  fetch(`http://${localAws.registryHost}/v2/${path}`, {
    method,
    headers: { authorization, ...(sent.type === undefined ? {} : { 'content-type': sent.type }) },
    ...(sent.body === undefined ? {} : { body: sent.body }),
  });
const putBlob = () => ask('POST', `${REPOSITORY}/blobs/uploads/?digest=${LAYER_DIGEST}`, { body: LAYER });
const headBlob = () => ask('HEAD', `${REPOSITORY}/blobs/${LAYER_DIGEST}`);
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: MANIFEST_MEDIA_TYPE,
  config: { mediaType: CONFIG_MEDIA_TYPE, digest: LAYER_DIGEST, size: LAYER.length },
  layers: [],
});
const putManifest = () => ask('PUT', `${REPOSITORY}/manifests/1.0`, { body: manifest, type: MANIFEST_MEDIA_TYPE });
const getManifest = () => ask('GET', `${REPOSITORY}/manifests/1.0`);
const fail = (operation: string, effect: object) =>
  localAws.faults.add({ operation: `registry:${operation}`, nth: 1, ...effect } as FaultRule);
const codeOf = async (response: Response) =>
  ((await response.json()) as { errors: { code: string }[] }).errors[0]?.code;
const recorded = (): readonly CallRecord[] => localAws.calls().filter(({ service }) => service === 'registry');

describe('registryCallOf', () => {
  it.each([
    ['GET', '/v2/', 'Ping', undefined],
    ['GET', '/v2/shop/web/tags/list?n=2', 'ListTags', 'shop/web'],
    ['HEAD', '/v2/shop/web/manifests/1.0', 'HeadManifest', 'shop/web:1.0'],
    ['GET', `/v2/shop/web/manifests/${LAYER_DIGEST}`, 'GetManifest', `shop/web@${LAYER_DIGEST}`],
    ['PUT', '/v2/shop/web/manifests/1.0', 'PutManifest', 'shop/web:1.0'],
    ['HEAD', `/v2/shop/web/blobs/${LAYER_DIGEST}`, 'HeadBlob', `shop/web@${LAYER_DIGEST}`],
    ['GET', `/v2/shop/web/blobs/${LAYER_DIGEST}`, 'GetBlob', `shop/web@${LAYER_DIGEST}`],
    ['POST', '/v2/shop/web/blobs/uploads/', 'StartUpload', 'shop/web'],
    ['POST', `/v2/shop/web/blobs/uploads/?mount=${LAYER_DIGEST}&from=a`, 'MountBlob', `shop/web@${LAYER_DIGEST}`],
    ['POST', `/v2/shop/web/blobs/uploads/?digest=${LAYER_DIGEST}`, 'PutBlob', `shop/web@${LAYER_DIGEST}`],
    ['PATCH', '/v2/shop/web/blobs/uploads/1', 'UploadChunk', 'shop/web'],
    ['PUT', `/v2/shop/web/blobs/uploads/1?digest=${LAYER_DIGEST}`, 'PutBlob', `shop/web@${LAYER_DIGEST}`],
    ['GET', '/v2/shop/web/blobs/uploads/1', 'GetUpload', 'shop/web'],
    ['DELETE', '/v2/shop/web/blobs/uploads/1', 'CancelUpload', 'shop/web'],
    ['DELETE', '/v2/shop/web/manifests/1.0', 'unknown', 'shop/web:1.0'],
    ['GET', '/v2/Shop/tags/list', 'unknown', undefined],
    ['GET', '/v2/what', 'unknown', undefined],
  ])('%s %s is %s', (...[method, url, operation, resource]) => {
    const { operation: found, resource: named } = registryCallOf(method, url);
    expect([found, named]).toEqual([operation, resource]);
    expect(operation === 'unknown' || operation in REGISTRY_ACTIONS).toBe(true);
  });
});

describe('the record', () => {
  it('has the requests of the registry, with what they name', async () => {
    await putBlob();
    await putManifest();
    await getManifest();
    await fetch(`http://${localAws.registryHost}/v2/`);
    expect(recorded()).toMatchObject([
      { operation: 'PutBlob', resource: `${REPOSITORY}@${LAYER_DIGEST}`, status: 201, accessKeyId: 'AWS' },
      { operation: 'PutManifest', resource: `${REPOSITORY}:1.0`, status: 201 },
      { operation: 'GetManifest', resource: `${REPOSITORY}:1.0`, status: 200 },
      { operation: 'Ping', status: 401, accessKeyId: '' },
    ]);
    expect(localAws.state()).toMatchObject({ calls: { 'registry:PutManifest': 1 } });
  });
});

describe('faults of the registry', () => {
  it('throttle: 429, and nothing happens', async () => {
    fail('PutBlob', { kind: 'throttle' });
    const answer = await putBlob();
    expect([answer.status, await codeOf(answer)]).toEqual([429, 'TOOMANYREQUESTS']);
    expect((await headBlob()).status).toBe(404);
    expect((await putBlob()).status).toBe(201);
    expect(recorded()[0]).toMatchObject({ status: 429, errorCode: 'TOOMANYREQUESTS', fault: 'throttle' });
  });

  it('error-before: 500, or what is said, and nothing happens', async () => {
    await putBlob();
    fail('PutManifest', { kind: 'error-before', status: 503, code: 'UNAVAILABLE' });
    const answer = await putManifest();
    expect([answer.status, await codeOf(answer)]).toEqual([503, 'UNAVAILABLE']);
    expect((await getManifest()).status).toBe(404);
  });

  it('error-after: 500, and it has happened', async () => {
    await putBlob();
    fail('PutManifest', { kind: 'error-after' });
    const answer = await putManifest();
    expect([answer.status, await codeOf(answer)]).toEqual([500, 'UNKNOWN']);
    expect((await getManifest()).status).toBe(200);
  });

  it('lost-reply: no answer, and it has happened', async () => {
    fail('PutBlob', { kind: 'lost-reply' });
    await expect(putBlob()).rejects.toThrow('fetch failed');
    expect((await headBlob()).status).toBe(200);
    expect(recorded()[0]).toMatchObject({ status: 0, fault: 'lost-reply' });
  });

  it('reset: no answer, and nothing happens', async () => {
    fail('PutBlob', { kind: 'reset' });
    await expect(putBlob()).rejects.toThrow('fetch failed');
    expect((await headBlob()).status).toBe(404);
  });

  it('delay: it happens later', async () => {
    fail('PutBlob', { kind: 'delay', delayMs: 50 });
    expect((await putBlob()).status).toBe(201);
    expect(recorded()[0]?.tookMs).toBeGreaterThanOrEqual(45);
  });

  it('delay: local-aws does not wait for it to end', async () => {
    fail('PutBlob', { kind: 'delay', delayMs: 600_000 });
    const asked = expect(putBlob()).rejects.toThrow('fetch failed');
    await localAws.close();
    await asked;
  });

  it('access-denied: 403, in the words of IAM', async () => {
    await putBlob();
    fail('PutManifest', { kind: 'access-denied' });
    const answer = await putManifest();
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain(`not authorized to perform: ecr:PutImage on resource: ${REPOSITORY}`);
  });

  it('malformed: half of the body', async () => {
    await putBlob();
    await putManifest();
    fail('GetManifest', { kind: 'malformed' });
    expect(await (await getManifest()).text()).toBe(manifest.slice(0, Math.floor(manifest.length / 2)));
    expect(await (await getManifest()).text()).toBe(manifest);
  });

  it('are for what they name', async () => {
    fail('PutBlob', { kind: 'throttle', resource: 'shop/api' });
    expect((await putBlob()).status).toBe(201);
  });

  it.each([
    ['PutLayer', { kind: 'throttle' }],
    ['GetManifest', { kind: 'stale-read' }],
  ])('are refused where there is no such thing: %s', (operation, effect) => {
    const added = () => fail(operation, effect);
    expect(added).toThrow(expect.objectContaining({ code: 'LOCAL_AWS_FAULT' }));
  });
});
