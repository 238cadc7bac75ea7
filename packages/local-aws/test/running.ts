import { afterEach, expect } from '@jest/globals';
import { startLocalAws, type CallRecord, type LocalAws, type LocalAwsOptions } from '../src/index.js';

/** The caller of all tests. */
export const CALLER = { accessKeyId: 'AKIATEST', secretAccessKey: 'not a secret' };

/** clientConfiguration points an unmodified SDK client at a local-aws. */
export function clientConfiguration(localAws: LocalAws) {
  return { endpoint: localAws.endpoint, region: 'eu-central-1', credentials: CALLER, maxAttempts: 1 };
}

/** signedAs returns the headers of a call that is signed as far as local-aws looks. */
export function signedAs(service: string): Record<string, string> {
  const scope = `AKIATEST/20260102/eu-central-1/${service}/aws4_request`;
  return {
    authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
    'x-amz-date': '20260102T030405Z',
  };
}

/** localAwsPerTest starts a local-aws for one test, and ends it after it. */
export function localAwsPerTest(): (options?: LocalAwsOptions) => Promise<LocalAws> {
  const running: LocalAws[] = [];
  afterEach(async () => {
    const ended = running.splice(0);
    await Promise.all(ended.map((localAws) => localAws.close()));
    // Whatever a test was about: local-aws itself is not to fail, nor to answer what the SDK's model does not have.
    expect(ended.flatMap((localAws) => localAws.calls()).filter(isOwnFailure)).toEqual([]);
  });
  return async (options = {}) => {
    const pace = options.time ? {} : { minuteMs: 1000 };
    const localAws = await startLocalAws({ tasks: 'simulated', ...pace, validateResponses: true, ...options });
    running.push(localAws);
    return localAws;
  };
}

function isOwnFailure({ errorCode, fault }: CallRecord): boolean {
  return errorCode === 'InternalFailure' && fault === undefined;
}
