import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig } from '../src/config.ts';

const aws = { STATE_TABLE: 'state', AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 's' };

describe('readConfig', () => {
  it('needs nothing: memory, port 8080, version dev', () => {
    assert.deepEqual(readConfig({ PORT: '', APP_VERSION: '', STATE_TABLE: '' }), { port: 8080, version: 'dev' });
  });

  const endpoints = [
    { env: {}, endpoint: 'https://dynamodb.eu-west-1.amazonaws.com/' },
    { env: { AWS_REGION: 'cn-north-1' }, endpoint: 'https://dynamodb.cn-north-1.amazonaws.com.cn/' },
    { env: { AWS_ENDPOINT_URL: 'http://10.0.0.1:1' }, endpoint: 'http://10.0.0.1:1/' },
    {
      env: { AWS_ENDPOINT_URL: 'http://10.0.0.1:1', AWS_ENDPOINT_URL_DYNAMODB: 'http://10.0.0.1:2' },
      endpoint: 'http://10.0.0.1:2/',
    },
  ];
  for (const { env, endpoint } of endpoints) {
    it(`finds the endpoint ${endpoint}`, () => {
      assert.equal(readConfig({ ...aws, ...env }).dynamoDb?.endpoint.href, endpoint);
    });
  }

  for (const PORT of ['http', '-1', '65536', '80.5', '0x50']) {
    it(`refuses PORT=${PORT}`, () => assert.throws(() => readConfig({ PORT }), /PORT must be a number/));
  }

  for (const APP_VERSION of ['1 2', 'v1\r\nx: y', 'é', 'a'.repeat(129)]) {
    it(`refuses APP_VERSION=${JSON.stringify(APP_VERSION)}`, () =>
      assert.throws(() => readConfig({ APP_VERSION }), /APP_VERSION must be/));
  }

  it('tells all problems at once', () => {
    assert.throws(
      () => readConfig({ PORT: 'x', STATE_TABLE: 'state', AWS_ENDPOINT_URL: 'localhost:8000' }),
      /PORT must.*AWS_REGION must be set.*STATE_TABLE needs keys.*endpoint must be an http or https URL/,
    );
  });
});
