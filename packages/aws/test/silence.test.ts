import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  awsConfiguration,
  createCloudWatch,
  createEcs,
  createElb,
  createLogs,
  createSts,
  type AwsConfiguration,
} from '../src/index.js';
import { impatient } from '../src/configuration.js';

/** Real time passes here: what is looked at are Node's own timers. */
const SHORT_MS = 80;
/** For what answers, on a machine that may be busy. */
const PATIENT_MS = 20_000;

let server: Server;
let calls = 0;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** AWS as a server of this behaviour, tried so often. */
async function given(answer: RequestListener, maxAttempts = 1): Promise<AwsConfiguration> {
  const patienceMs = HANGING.has(answer) ? SHORT_MS : PATIENT_MS;
  calls = 0;
  server = createServer((request, response) => {
    calls += 1;
    request.resume();
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...awsConfiguration('eu-central-1', {}),
    maxAttempts,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: () => Promise.resolve({ accessKeyId: 'AKIA', secretAccessKey: 'secret' }),
    requestHandler: {
      connectionTimeout: patienceMs,
      requestTimeout: patienceMs,
      socketTimeout: patienceMs,
      throwOnRequestTimeout: true,
    },
  };
}

const HANGS: RequestListener = () => undefined;
const HANGS_WITHIN: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).write('{"services":');
};
const HANGING: ReadonlySet<RequestListener> = new Set([HANGS, HANGS_WITHIN]);
const HALF: RequestListener = (_request, response) => response.end('{"services":[');
const PAGE: RequestListener = (_request, response) => response.end('<html>Please log in');
const UNAVAILABLE: RequestListener = (_request, response) => response.writeHead(503).end('<html>Later');

const CALLS: readonly [string, (aws: AwsConfiguration) => Promise<unknown>][] = [
  ['ecs', (aws) => createEcs(aws).service('c', 's')],
  ['ecs, once', (aws) => createEcs(aws).updateService({ cluster: 'c', service: 's' })],
  ['elb', (aws) => createElb(aws).targetHealth('t')],
  ['cloudwatch', (aws) => createCloudWatch(aws).alarms(['a'])],
  ['logs', (aws) => createLogs(aws).tail({ group: 'g', stream: 's' }, 1)],
  ['sts', (aws) => createSts(aws).accountId()],
];

describe.each(CALLS)('a call of %s', (_title, call) => {
  it.each([
    ['hangs', HANGS, 'AWS_UNREACHABLE'],
    ['hangs within its answer', HANGS_WITHIN, 'AWS_UNREACHABLE'],
    ['answers half', HALF, 'AWS_ANSWER_MALFORMED'],
    ['answers a page', PAGE, 'AWS_ANSWER_MALFORMED'],
    ['is not there', UNAVAILABLE, 'AWS_REQUEST_FAILED'],
  ])('fails soon, and may be made again, when AWS %s', async (_how, answer, code) => {
    const aws = await given(answer);
    await expect(call(aws)).rejects.toMatchObject({ code, kind: 'world', retryable: true });
  });
});

describe('tries', () => {
  it.each([
    ['a look', 3, (aws: AwsConfiguration) => createEcs(aws).service('c', 's')],
    ['an update', 1, (aws: AwsConfiguration) => createEcs(aws).updateService({ cluster: 'c', service: 's' })],
    [
      'an answer',
      1,
      (aws: AwsConfiguration) => createEcs(aws).answerHook({ deploymentArn: 'd', hookId: 'h', action: 'CONTINUE' }),
    ],
    ['the way back', 3, (aws: AwsConfiguration) => createEcs(impatient(aws)).stopWithRollback('d')],
  ])('of %s are %d', async (_title, expected, call) => {
    const aws = await given(UNAVAILABLE, 3);
    await expect(call(aws)).rejects.toMatchObject({ code: 'AWS_REQUEST_FAILED' });
    expect(calls).toBe(expected);
  });

  it('of a cancelled run fit into the seconds that a runner gives it', () => {
    const { requestHandler, maxAttempts } = impatient(awsConfiguration('eu-central-1', {}));
    expect(requestHandler).toEqual({
      connectionTimeout: 2000,
      requestTimeout: 2000,
      socketTimeout: 2000,
      throwOnRequestTimeout: true,
    });
    expect(maxAttempts).toBe(3);
  });
});
