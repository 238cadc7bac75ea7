import { describe, expect, it } from '@jest/globals';
import { createOlderAnswers } from '../../src/faults/older-answers.js';
import { isRead, matcherOf } from '../../src/faults/operations.js';

const answer = (body: string) => ({ status: 200, headers: {}, body });

describe('older answers', () => {
  it('keep the last one from before the latest write, however many came since', () => {
    const older = createOlderAnswers(() => 0);
    older.remember('read', answer('before'), 'id-1');
    older.noteWrite();
    for (let at = 0; at < 100; at += 1) older.remember('read', answer(`after ${at}`), 'id-2');
    expect(older.find('read', undefined)?.('id-3').body).toBe('before');
    older.noteWrite();
    expect(older.find('read', undefined)?.('id-3').body).toBe('after 99');
  });

  it('are found by how long ago they were given', () => {
    let now = 0;
    const older = createOlderAnswers(() => now);
    for (const at of [100, 200, 300]) {
      now = at;
      older.remember('read', answer(String(at)), 'id');
    }
    expect([50, 100, 150, 200].map((agoMs) => older.find('read', agoMs)?.('id').body)).toEqual([
      '200',
      '200',
      '100',
      '100',
    ]);
    expect(older.find('read', 201)).toBeUndefined();
    expect(older.find('another', 0)).toBeUndefined();
  });

  it('carry the request id of whoever gets them', () => {
    const older = createOlderAnswers(() => 0);
    older.remember('read', answer('<RequestId>id-1</RequestId>'), 'id-1');
    expect(older.find('read', 0)?.('id-2').body).toBe('<RequestId>id-2</RequestId>');
  });

  it('take up no more than so much: what changed the longest time ago goes', () => {
    const older = createOlderAnswers(() => 0);
    const large = 'x'.repeat(4_000_000);
    for (const key of ['one', 'two', 'three']) older.remember(key, answer(large + key), 'id');
    expect(['one', 'two', 'three'].map((key) => older.find(key, 0) !== undefined)).toEqual([false, true, true]);
  });
});

describe('operations', () => {
  it.each([
    ['ecs:UpdateService', 'ecs:UpdateService', true],
    ['ecs:UpdateService', 'ecs:UpdateServicePrimaryTaskSet', false],
    ['ecs:*', 'ecs:UpdateService', true],
    ['ecs:*', 'ecr:GetAuthorizationToken', false],
    ['*', 'ecs:UpdateService', true],
    ['*:Describe*', 'ecs:DescribeServices', true],
    ['ecs:*Service*', 'ecs:StopServiceDeployment', true],
    ['ecs:Update.ervice', 'ecs:UpdateService', false],
    ['(', '(', true],
  ])('%s is a pattern of %s: %s', (pattern, operation, matches) => {
    expect(matcherOf(pattern)(operation)).toBe(matches);
  });

  it('are reads by their names', () => {
    expect(['ecs:DescribeServices', 'ecs:ListTasks', 'ecr:BatchGetImage', 'logs:FilterLogEvents'].every(isRead)).toBe(
      true,
    );
    expect(['ecs:UpdateService', 'ecs:StopTask', 'dynamodb:PutItem', 'ecr:PutImage'].some(isRead)).toBe(false);
  });
});
