import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { signedHeaders } from '../src/sigv4.ts';

/** Keys, date and scope of AWS's published Signature Version 4 test suite. */
const scope = {
  credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  region: 'us-east-1',
  service: 'service',
  date: new Date('2015-08-30T12:36:00.000Z'),
};
const url = new URL('https://example.amazonaws.com/');

const vectors = [
  {
    name: 'get-vanilla',
    request: { method: 'GET', url, headers: {}, body: '' },
    signedNames: 'host;x-amz-date',
    signature: '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
  },
  {
    name: 'post-vanilla',
    request: { method: 'POST', url, headers: {}, body: '' },
    signedNames: 'host;x-amz-date',
    signature: '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
  },
  {
    name: 'post-x-www-form-urlencoded',
    request: {
      method: 'POST',
      url,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: 'Param1=value1',
    },
    signedNames: 'content-type;host;x-amz-date',
    signature: 'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  },
];

describe('signedHeaders', () => {
  for (const { name, request, signedNames, signature } of vectors) {
    it(`signs AWS's test vector ${name}`, () => {
      assert.deepEqual(signedHeaders(request, scope), {
        ...request.headers,
        'x-amz-date': '20150830T123600Z',
        authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${signedNames}, Signature=${signature}`,
      });
    });
  }

  it("signs and sends a temporary key's session token", () => {
    const credentials = { ...scope.credentials, sessionToken: 'token' };
    const headers = signedHeaders({ method: 'GET', url, headers: {}, body: '' }, { ...scope, credentials });
    assert.equal(headers['x-amz-security-token'], 'token');
    assert.match(headers['authorization'] ?? '', /SignedHeaders=host;x-amz-date;x-amz-security-token,/);
  });
});
