import { SlipwayError } from '@slipway/core';
import { describe, expect, it } from '@jest/globals';
import { account, DIGEST, fileOf, type StandIn } from './stand-in.js';

const PUSHED = { repository: 'shop/web', digest: DIGEST };
const awsError = (code: string, name: string, words: string): SlipwayError =>
  new SlipwayError({
    code,
    message: `ecs:RegisterTaskDefinition failed: ${words}`,
    hint: '-',
    retryable: code !== 'AWS_REQUEST_FAILED' && code !== 'AWS_ACCESS_DENIED',
    cause: Object.assign(new Error(words), { name }),
  });
const THROTTLED = awsError('AWS_THROTTLED', 'ThrottlingException', 'Rate exceeded');
const LOST = awsError('AWS_UNREACHABLE', 'TimeoutError', 'socket hang up');

const fail = (aws: StandIn, error: Error, { times = 1, lost = false } = {}): void => {
  for (let index = 0; index < times; index += 1) aws.failures.push({ error, lost });
};

describe('a registration', () => {
  it('outlasts ten throttled tries, and looks at nothing in between', async () => {
    const aws = account();
    fail(aws, THROTTLED, { times: 10 });
    const { outputs, calls } = await aws.run(PUSHED, fileOf());
    expect(outputs['task-definition']).toBe('web:1');
    expect(calls.filter((call) => call === 'RegisterTaskDefinition')).toHaveLength(11);
    expect(calls.filter((call) => call === 'DescribeTaskDefinition')).toHaveLength(1);
    expect(aws.waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000, 10_000, 10_000]);
  });

  it('ends with its deadline', async () => {
    const aws = account();
    fail(aws, THROTTLED, { times: 1_000 });
    const { error } = await aws.run(PUSHED, fileOf());
    expect({ code: error?.code, waited: aws.waits.reduce((sum, ms) => sum + ms, 0) <= 300_000 }).toEqual({
      code: 'AWS_THROTTLED',
      waited: true,
    });
  });

  it('is not made twice when its answer was lost', async () => {
    const aws = account();
    fail(aws, LOST, { lost: true });
    const { outputs } = await aws.run(PUSHED, fileOf());
    expect({ task: outputs['task-definition'], there: aws.revisions.length }).toEqual({ task: 'web:1', there: 1 });
  });

  it('is made again when it took no effect', async () => {
    const aws = account();
    fail(aws, LOST, { times: 2 });
    expect((await aws.run(PUSHED, fileOf())).outputs['task-definition']).toBe('web:1');
  });

  it('names the role that may not be passed, and the statement that lets it', async () => {
    const aws = account();
    const role = 'arn:aws:iam::123456789012:role/execution';
    fail(
      aws,
      awsError(
        'AWS_ACCESS_DENIED',
        'AccessDeniedException',
        `User: arn:aws:sts::1:x is not authorized to perform: iam:PassRole on resource: ${role} because no identity-based policy allows the iam:PassRole action`,
      ),
    );
    const { error } = await aws.run(PUSHED, fileOf());
    expect(error).toMatchObject({ code: 'REGISTER_PASS_ROLE_DENIED', message: expect.stringContaining(role) });
    expect(JSON.parse(/\{.*\}/.exec(error?.hint ?? '')?.[0] ?? '')).toMatchObject({
      Action: 'iam:PassRole',
      Resource: [role],
    });
  });

  it.each([
    ['Role is not valid', /ecs-tasks\.amazonaws\.com may assume/],
    ['No Fargate configuration exists for given values', /fargate-size/],
    ['Too many concurrent attempts to create a new revision of the specified family.', /run the job again/],
    ['Something new', /own words/],
  ])('that ECS refuses with %j says what to do', async (words, hint) => {
    const aws = account();
    fail(aws, awsError('AWS_REQUEST_FAILED', 'ClientException', words));
    const { error } = await aws.run(PUSHED, fileOf());
    expect(error).toMatchObject({
      code: 'REGISTER_REFUSED',
      message: expect.stringContaining(words),
      hint: expect.stringMatching(hint),
    });
  });
});
