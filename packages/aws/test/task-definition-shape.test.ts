import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Shape, StructureShape } from '@slipway/core';
import { taskDefinitionOutputOnly, taskDefinitionShape } from '../src/index.js';

/** All structures that a shape reaches, by name. */
function structures(shape: Shape, found = new Map<string, StructureShape>()): Map<string, StructureShape> {
  if (shape.kind === 'list' || shape.kind === 'map') structures(shape.of, found);
  if (shape.kind === 'structure' && !found.has(shape.name)) {
    found.set(shape.name, shape);
    for (const member of Object.values(shape.members)) structures(member, found);
  }
  return found;
}

const all = structures(taskDefinitionShape());

/** The members of the structures whose declared type is a text or a list of texts with a name of its own. */
async function declaredEnumerations(): Promise<string[]> {
  const root = path.dirname(createRequire(import.meta.url).resolve('@aws-sdk/client-ecs/package.json'));
  const files = (await readdir(path.join(root, 'dist-types/models'))).filter((file) =>
    /^models_\d+\.d\.ts$/.test(file),
  );
  const read = (file: string): Promise<string> => readFile(path.join(root, 'dist-types/models', file), 'utf8');
  const models = (await Promise.all(files.map(read))).join('\n');
  const enums = await read('enums.d.ts');
  const names = new Set([...enums.matchAll(/^export type (\w+) =/gm)].map(([, name]) => name));
  return [...models.matchAll(/^export interface (\w+) (?:extends \w+ )?\{\n([\s\S]*?)^\}/gm)].flatMap(
    ([, structure = '', body = '']) =>
      !all.has(structure)
        ? []
        : [...body.matchAll(/^ {4}(\w+)\??: (\w+)(?:\[\])?(?: \| undefined)?;$/gm)]
            .filter(([, , type]) => names.has(type))
            .map(([, member]) => `${structure}.${member}`),
  );
}

describe('taskDefinitionShape', () => {
  it('has the structures of the request, with what they require', () => {
    expect([...all.keys()]).toEqual(
      expect.arrayContaining(['RegisterTaskDefinitionRequest', 'ContainerDefinition', 'Tag']),
    );
    expect(taskDefinitionShape().required).toEqual(['family', 'containerDefinitions']);
    expect(all.get('SharingStrategy')?.isUnion).toBe(true);
  });

  it('knows every member that the SDK declares as an enumeration', async () => {
    const known = [...all.values()].flatMap(({ name, members }) =>
      Object.entries(members)
        .filter(([, shape]) => 'values' in (shape.kind === 'list' ? shape.of : shape))
        .map(([member]) => `${name}.${member}`),
    );
    expect(known.sort()).toEqual((await declaredEnumerations()).sort());
  });
});

describe('taskDefinitionOutputOnly', () => {
  it('is what only ECS writes', () => {
    expect([...taskDefinitionOutputOnly()].sort()).toEqual([
      'compatibilities',
      'deleteRequestedAt',
      'deregisteredAt',
      'registeredAt',
      'registeredBy',
      'requiresAttributes',
      'revision',
      'status',
      'taskDefinitionArn',
    ]);
  });
});
