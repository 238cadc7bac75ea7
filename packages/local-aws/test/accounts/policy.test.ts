import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PolicyDocument, StatementDocument } from '../../src/index.js';
import { matchesPattern } from '../../src/iam/pattern.js';
import { permissionOf, type Decision } from '../../src/iam/policy.js';
import { readPolicy } from '../../src/iam/read-policy.js';

const SERVICE = 'arn:aws:ecs:eu-central-1:111111111111:service/shop/web';

const allow = (Action: string | string[], Resource: string | string[] = '*', more: object = {}): StatementDocument => ({
  ...{ Effect: 'Allow', Action, Resource },
  ...more,
});
const deny = (Action: string, Resource = '*'): StatementDocument => ({ Effect: 'Deny', Action, Resource });
const where = (operator: string, key: string, value: string | string[]) => ({
  Condition: { [operator]: { [key]: value } },
});

function decided(statements: StatementDocument[], context: Record<string, string | string[]> = {}): Decision {
  const policies = [readPolicy({ Version: '2012-10-17', Statement: statements }, 'permissions', 'policy')];
  return permissionOf(policies, { action: 'ecs:UpdateService', resource: SERVICE, context });
}

describe('a policy', () => {
  it.each<[string, StatementDocument[], Decision]>([
    ['that says nothing', [], 'none'],
    ['that allows the action', [allow('ecs:UpdateService')], 'allow'],
    ['that allows it in other letters', [allow('ECS:updateservice')], 'allow'],
    ['that allows all of the service', [allow('ecs:*')], 'allow'],
    ['that allows another action', [allow('ecs:UpdateServices')], 'none'],
    ['that allows one of several', [allow(['ecr:*', 'ecs:Update*'])], 'allow'],
    ['that allows the resource', [allow('*', SERVICE)], 'allow'],
    ['that allows a pattern of it', [allow('*', 'arn:aws:ecs:*:111111111111:service/shop/*')], 'allow'],
    ['that allows another account', [allow('*', 'arn:aws:ecs:*:222222222222:*')], 'none'],
    ['that allows the resource in other letters', [allow('*', SERVICE.toUpperCase())], 'none'],
    ['that denies what it allows', [allow('*'), deny('ecs:Update*')], 'deny'],
    ['that denies it first', [deny('*', '*:service/*'), allow('*')], 'deny'],
    ['that denies something else', [allow('*'), deny('ecs:Delete*')], 'allow'],
  ])('%s', (_what, statements, decision) => {
    expect(decided(statements)).toBe(decision);
  });

  it.each<[string, string, string | string[], Decision]>([
    ['StringEquals', 'env', 'staging', 'allow'],
    ['StringEquals', 'ENV', 'staging', 'allow'],
    ['StringEquals', 'env', 'stag*', 'none'],
    ['StringEquals', 'env', ['production', 'staging'], 'allow'],
    ['StringEquals', 'absent', 'staging', 'none'],
    ['StringEqualsIfExists', 'absent', 'staging', 'allow'],
    ['StringEqualsIgnoreCase', 'env', 'STAGING', 'allow'],
    ['StringNotEquals', 'env', 'production', 'allow'],
    ['StringNotEquals', 'env', ['production', 'staging'], 'none'],
    ['StringNotEquals', 'absent', 'staging', 'allow'],
    ['StringLike', 'env', 's?ag*g', 'allow'],
    ['StringLike', 'env', 'prod*', 'none'],
    ['StringNotLike', 'env', 'stag*', 'none'],
    ['ForAnyValue:StringEquals', 'teams', ['b', 'c'], 'allow'],
    ['ForAnyValue:StringEquals', 'absent', ['b'], 'none'],
    ['ForAllValues:StringEquals', 'teams', ['a', 'b', 'c'], 'allow'],
    ['ForAllValues:StringEquals', 'teams', ['a'], 'none'],
    // Why AWS warns of it: who has no such key at all comes in.
    ['ForAllValues:StringEquals', 'absent', ['a'], 'allow'],
  ])('with %s on %s %j', (...[operator, key, value, decision]) => {
    const statements = [allow('*', '*', where(operator, key, value))];
    expect(decided(statements, { env: 'staging', teams: ['a', 'b'] })).toBe(decision);
  });

  it('holds every condition, not one of them', () => {
    const both = { Condition: { StringEquals: { env: 'staging', team: 'a' }, StringLike: { env: '*' } } };
    expect(decided([allow('*', '*', both)], { env: 'staging', team: 'a' })).toBe('allow');
    expect(decided([allow('*', '*', both)], { env: 'staging', team: 'b' })).toBe('none');
  });

  it.each<[string, unknown]>([
    ['policy has []', []],
    ['policy.Statement[0] has nothing', {}],
    ["policy.Statement[0] has 'NotAction'", { Statement: { Effect: 'Allow', NotAction: '*', Resource: '*' } }],
    ["policy.Statement[0].Effect has 'allow'", { Statement: { Effect: 'allow', Action: '*', Resource: '*' } }],
    ['policy.Statement[0].Action has []', { Statement: { Effect: 'Allow', Action: [], Resource: '*' } }],
    ["policy.Statement[0] has 'Principal'", { Statement: { ...allow('*'), Principal: '*' } }],
    ["Condition has 'DateLessThan'", { Statement: allow('*', '*', where('DateLessThan', 'a', 'b')) }],
    [
      "Condition has 'ForSomeValue:StringEquals'",
      { Statement: allow('*', '*', where('ForSomeValue:StringEquals', 'a', 'b')) },
    ],
  ])('is refused: %s', (message, document) => {
    expect(() => readPolicy(document as PolicyDocument, 'permissions', 'policy')).toThrow(
      expect.objectContaining({ code: 'LOCAL_AWS_OPTION', message: expect.stringContaining(message) }),
    );
  });
});

describe('matchesPattern', () => {
  it('is what a regular expression would say', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 });
    fc.assert(
      fc.property(letters, text, (pattern, given) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '.*').replaceAll('?', '.')}$`);
        expect(matchesPattern(pattern, given)).toBe(expression.test(given));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes no longer for a pattern that was made to take long', () => {
    expect(matchesPattern(`${'*a'.repeat(2_000)}b`, 'a'.repeat(20_000))).toBe(false);
  });
});
