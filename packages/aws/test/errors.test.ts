import { describe, expect, it } from '@jest/globals';
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

  it('tells a connection that could not be made', () => {
    expect(fromAws('sts:GetCallerIdentity', named('Error', { code: 'ECONNREFUSED' }))).toMatchObject({
      code: 'AWS_UNREACHABLE',
      kind: 'world',
      retryable: true,
    });
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
