import fc from 'fast-check';
import { stringify } from 'yaml';
import { expect, it } from '@jest/globals';
import { taskDefinitionOutputOnly, taskDefinitionShape } from '@slipway/aws';
import type { Shape, StructureShape } from '@slipway/core';
import { checkShape, diffDefinitions, isSame, readDefinition, type JsonObject } from '../src/index.js';

/** Any value of a shape: unions with one member, required members always, the others now and then. */
function valueOf(shape: Shape): fc.Arbitrary<unknown> {
  switch (shape.kind) {
    case 'text':
      return shape.values ? fc.constantFrom(...shape.values) : fc.string({ maxLength: 8 });
    case 'number':
      return fc.integer();
    case 'boolean':
      return fc.boolean();
    case 'list':
      return fc.array(valueOf(shape.of), { maxLength: 2 });
    case 'map':
      return fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), valueOf(shape.of), { maxKeys: 2 });
    case 'structure':
      return structureOf(shape);
  }
}

function structureOf(shape: StructureShape): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(Object.entries(shape.members).map(([name, member]) => [name, valueOf(member)]));
  if (shape.isUnion) return fc.oneof(...Object.entries(members).map(([name, value]) => fc.record({ [name]: value })));
  return fc.record(members, { requiredKeys: [...shape.required] });
}

const definitions = valueOf(taskDefinitionShape()) as fc.Arbitrary<JsonObject>;

it.each([
  ['JSON', (value: unknown) => JSON.stringify(value, undefined, 2)],
  ['YAML', (value: unknown) => stringify(value)],
])('any definition survives being written as %s and read', (_title, write) => {
  fc.assert(
    fc.property(definitions, (definition) => {
      const { value, dropped } = readDefinition(write(definition), 'task', taskDefinitionOutputOnly());
      expect({ value, dropped, found: checkShape(taskDefinitionShape(), value).findings }).toEqual({
        value: definition,
        dropped: [],
        found: [],
      });
    }),
    { numRuns: 50 },
  );
});

it('any definition means what it means, however its members are ordered', () => {
  fc.assert(
    fc.property(definitions, (definition) => {
      const reversed = Object.fromEntries(Object.entries(definition).reverse());
      expect({ same: isSame(definition, reversed), diff: diffDefinitions(definition, reversed) }).toEqual({
        same: true,
        diff: [],
      });
    }),
    { numRuns: 50 },
  );
});
