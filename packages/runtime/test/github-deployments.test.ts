import { describe, expect, it } from '@jest/globals';
import { deploymentTask, memberOf, readGitHubContext, runIdIn, runName } from '../src/index.js';

const contextOf = (runId: string, runAttempt: string) =>
  readGitHubContext({ GITHUB_REPOSITORY: 'example/shop', GITHUB_RUN_ID: runId, GITHUB_RUN_ATTEMPT: runAttempt });

describe('the payload of a deployment in GitHub', () => {
  it.each([
    ['as it was sent', { run: '7.1' }, '7.1'],
    ['as a text', '{"run":"7.1"}', '7.1'],
    ['of somebody else', 'by hand', undefined],
    ['that is a text in a text', '"{}"', undefined],
    ['of nothing', null, undefined],
  ])('%s tells the run', (_title, payload, run) => {
    expect(memberOf(payload, 'run')).toBe(run);
  });
});

describe('a run', () => {
  it.each([
    ['4711', '2', 4711],
    // Ids are greater than what has 32 bits.
    ['17179869184', '1', 17179869184],
  ])('%s of attempt %s is found by its name', (id, attempt, expected) => {
    expect(runIdIn(runName(contextOf(id, attempt)))).toBe(expected);
  });

  it.each([runName(readGitHubContext({})), 'example/shop run .1', 'by hand', '4711', undefined, 4711])(
    'is not named by %j',
    (name) => {
      expect(runIdIn(name)).toBeUndefined();
    },
  );
});

it('a deployment is told from those of other services, also where the service is named by its ARN', () => {
  const arn = 'arn:aws:ecs:eu-central-1:111122223333:service/production/web';
  expect([deploymentTask('web'), deploymentTask(arn)]).toEqual(['deploy:web', 'deploy:web']);
});
