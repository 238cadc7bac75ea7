import { describe, expect, it } from '@jest/globals';
import { configurationJsonSchema } from '@slipway/configuration';
import type { InputSpec } from '@slipway/runtime';
import { definition as deploy } from '../actions/bluegreen-deploy/src/inputs.js';
import { definition as build } from '../actions/build-image/src/inputs.js';
import { definition as check } from '../actions/integration-test/src/inputs.js';
import { asMap, type YamlMap } from './yaml-documents.js';

/** Settings that the workflows themselves use, or under another name, and no action under this one. */
const OF_THE_WORKFLOWS = ['account', 'region', 'role', 'push-role', 'read-role', 'url', 'services'];

const properties = asMap(asMap(configurationJsonSchema())['properties']);
const membersOf = (part: string): YamlMap =>
  asMap(asMap(asMap(properties[part])['additionalProperties'])['properties']);

function cases(members: YamlMap, inputs: Readonly<Record<string, InputSpec>>) {
  return Object.entries(members).flatMap(([name, schema]) => {
    const spec = inputs[name];
    return spec ? [{ name, schema: asMap(schema), spec }] : [];
  });
}

/** What a JSON Schema says of a value, in the words of an input's specification. */
function boundsOf({ minimum, maximum, enum: values }: YamlMap) {
  return { min: minimum, max: maximum, values };
}

describe('a setting of the configuration', () => {
  const environment = cases(membersOf('environments'), deploy.inputs);

  it('of an environment is an input of bluegreen-deploy', () => {
    const names = Object.keys(membersOf('environments')).filter((name) => !OF_THE_WORKFLOWS.includes(name));
    expect(environment.map(({ name }) => name)).toEqual(names);
    expect(names.length).toBeGreaterThan(15);
  });

  const service = cases(membersOf('services'), { ...check.inputs, ...build.inputs });

  it.each([...environment, ...service])('$name is within the bounds that its action knows', ({ schema, spec }) => {
    const { min, max, values } = spec as Partial<{ min: number; max: number; values: readonly string[] }>;
    expect(boundsOf(schema)).toEqual({ min, max, values });
  });

  it.each([...environment, ...service])('$name is what its action takes', ({ schema, spec }) => {
    const types = { integer: 'integer', percent: 'number', boolean: 'boolean', list: 'array', map: 'object' } as const;
    expect(schema['type']).toBe(spec.type in types ? types[spec.type as keyof typeof types] : 'string');
  });
});
