import { describe, expect, it } from '@jest/globals';
import { DEFAULT_TIMEOUT_MINUTES, MAX_TIMEOUT_MINUTES, configurationJsonSchema } from '@slipway/configuration';
import type { InputSpec } from '@slipway/runtime';
import { definition as deploy } from '../actions/bluegreen-deploy/src/inputs.js';
import { definition as build } from '../actions/build-image/src/inputs.js';
import { definition as register } from '../actions/register-task-def/src/inputs.js';
import { definition as check } from '../actions/integration-test/src/inputs.js';
import { asMap, type YamlMap } from './yaml-documents.js';

/** Settings that the workflows themselves use, or under another name, and no action under this one. */
const OF_THE_WORKFLOWS = [
  ...[
    'account',
    'region',
    'role',
    'push-role',
    'read-role',
    'plan-role',
    'url',
    'services',
    'runner',
    'promote-baked-minutes',
  ],
  ...['rollback-github-environment', 'rollback-verify'],
];

/** A cache that would need credentials, or a runner that stays. */
const NOT_SETTABLE: Readonly<Record<string, readonly string[]>> = { cache: ['registry', 'local'] };

/** What an action reads as YAML in a text is a structure here; what is in it, the tests of the workflows' cells hold. */
const STRUCTURES: Readonly<Record<string, string>> = {
  'before-traffic-task': 'object',
  'capacity-provider-strategy': 'array',
  'volume-configurations': 'array',
};

/** The longest timeout: of a job on one's own runner, which no job of the workflows' is. */
const LONGEST = deploy.inputs['timeout-minutes'].max;

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

  it.each([...environment, ...service])(
    '$name is within the bounds that its action knows',
    ({ name, schema, spec }) => {
      const { min, max, values } = spec as Partial<{ min: number; max: number; values: readonly string[] }>;
      const settable = values?.filter((value) => !NOT_SETTABLE[name]?.includes(value));
      expect(boundsOf(schema)).toEqual({ min, max: max === LONGEST ? MAX_TIMEOUT_MINUTES : max, values: settable });
    },
  );

  it('of how long a source has baked is within the bounds that register-task-def knows', () => {
    const { minimum, maximum } = asMap(membersOf('environments')['promote-baked-minutes']);
    expect(register.inputs['source-baked-minutes']).toMatchObject({ min: minimum, max: maximum });
  });

  it('waits as long as bluegreen-deploy where it says nothing', () => {
    expect(deploy.inputs['timeout-minutes'].default).toBe(DEFAULT_TIMEOUT_MINUTES);
  });

  it.each([...environment, ...service])('$name is what its action takes', ({ name, schema, spec }) => {
    const types = { integer: 'integer', percent: 'number', boolean: 'boolean', list: 'array', map: 'object' } as const;
    const type = spec.type in types ? types[spec.type as keyof typeof types] : (STRUCTURES[name] ?? 'string');
    expect(schema['type']).toBe(type);
  });
});
