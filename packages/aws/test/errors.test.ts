import { describe, expect, it } from '@jest/globals';
import { SlipwayError } from '@slipway/core';
import { awsConfiguration, awsErrorName, fromAws } from '../src/index.js';

const named = (name: string, members: object = {}): Error =>
  Object.assign(new Error('told by AWS'), { name, ...members });

describe('fromAws', () => {
  it.each([
    ['AccessDeniedException', 'AWS_ACCESS_DENIED', false],
    ['ExpiredTokenException', 'AWS_CREDENTIALS_EXPIRED', false],
    ['UnrecognizedClientException', 'AWS_CREDENTIALS_INVALID', false],
    ['CredentialsProviderError', 'AWS_CREDENTIALS_MISSING', false],
    ['ThrottlingException', 'AWS_THROTTLED', true],
    ['ClusterNotFoundException', 'AWS_REQUEST_FAILED', false],
    ['__proto__', 'AWS_REQUEST_FAILED', false],
  ])('reads %s as %s', (name, code, retryable) => {
    const error = fromAws('ecs:DescribeServices', named(name, { $fault: 'client' }));
    expect(error).toMatchObject({ code, retryable });
    expect(error.message).toMatch(/^ecs:DescribeServices failed: .*told by AWS/);
    expect(awsErrorName(error)).toBe(name);
  });

  it.each([
    ['Error', 'ECONNREFUSED'],
    ['Error', 'ENOTFOUND'],
    ['TimeoutError', 'ECONNRESET'],
    ['TimeoutError', undefined],
  ])('tells a connection that was not made or did not last: %s %s', (name, code) => {
    // A connection may break within an answer that had begun.
    const error = fromAws('sts:GetCallerIdentity', named(name, { code, $metadata: { httpStatusCode: 200 } }));
    expect(error).toMatchObject({ code: 'AWS_UNREACHABLE', kind: 'world', retryable: true });
  });

  it('leaves an error of ours what it is', () => {
    const error = new SlipwayError({ code: 'AWS_ROLE_DENIED', message: 'no', hint: 'ask' });
    expect(fromAws('ecs:DescribeServices', error)).toBe(error);
  });

  it("may be tried again after the server's own fault, and names the request", () => {
    const error = fromAws(
      'ecs:UpdateService',
      named('ServerException', { $fault: 'server', $metadata: { requestId: 'r-1' } }),
    );
    expect(error).toMatchObject({ kind: 'world', retryable: true });
    expect(error.message).toMatch(/\(request r-1\)$/);
  });
});

describe('an answer that AWS did not give', () => {
  const unread = (httpStatusCode: number): Error =>
    named('SyntaxError', { message: 'Unexpected token, ..."secret"...', $metadata: { httpStatusCode } });

  it.each([
    [200, 'AWS_ANSWER_MALFORMED', true],
    [302, 'AWS_ANSWER_MALFORMED', true],
    [403, 'AWS_REQUEST_FAILED', false],
    [503, 'AWS_REQUEST_FAILED', true],
  ])('with the status %d is %s, and nothing of it is shown', (status, code, retryable) => {
    const error = fromAws('ecs:UpdateService', unread(status));
    expect(error).toMatchObject({ code, retryable, kind: 'world' });
    expect(error.message).toBe(`ecs:UpdateService failed: the answer (HTTP ${status}) could not be read.`);
  });

  it("has a status where the SDK's own name for it says nothing", () => {
    const unnamed = named('Unknown', { $fault: 'server', $metadata: { httpStatusCode: 502 } });
    const error = fromAws('elasticloadbalancing:DescribeRules', unnamed);
    expect(error.message).toBe("elasticloadbalancing:DescribeRules failed: HTTP 502 without an error of AWS's own.");
    expect(error.retryable).toBe(true);
  });
});

describe('awsConfiguration', () => {
  it.each([
    ['eu-west-1', { AWS_REGION: 'us-east-1' }, 'eu-west-1'],
    [undefined, { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-2' }, 'us-east-1'],
    [undefined, { AWS_REGION: '', AWS_DEFAULT_REGION: 'us-east-2' }, 'us-east-2'],
  ])('%s with %j is %s', (input, environment, expected) => {
    expect(awsConfiguration(input, environment).region).toBe(expected);
  });

  it('says so when no region is known', () => {
    expect(() => awsConfiguration(undefined, {})).toThrow(expect.objectContaining({ code: 'AWS_REGION_MISSING' }));
  });
});
