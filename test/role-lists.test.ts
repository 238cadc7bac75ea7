import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { splitList } from '@slipway/runtime';
import { REPOSITORY } from '@slipway/testkit';
import { readDefinition } from '../scripts/generate.js';

const actions = readdirSync(path.join(REPOSITORY, 'actions'), { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
const lists: (readonly [action: string, name: string, begins: RegExp | undefined])[] = [];
for (const action of actions) {
  const { inputs } = await readDefinition(action);
  for (const [name, spec] of Object.entries(inputs))
    if (spec.type === 'list' && /\brole\b/.test(name)) lists.push([action, name, spec.begins]);
}

describe('a list of roles', () => {
  it('is an input of each action that acts by roles', () => {
    expect(lists.map(([action]) => action)).toEqual(
      expect.arrayContaining(['push-ecr', 'register-task-def', 'bluegreen-deploy', 'rollback']),
    );
  });

  it.each(lists)('of %s, %s, splits no role whose name has a comma, as IAM allows it', (_action, _name, begins) => {
    const roles = ['arn:aws:iam::111122223333:role/web,api/deliver,all', 'arn:aws-eusc:iam::444455556666:role/b'];
    expect(splitList(roles.join(', '), begins)).toEqual(roles);
    expect(splitList(roles.join('\n'), begins)).toEqual(roles);
  });
});
