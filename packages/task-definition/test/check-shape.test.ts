import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { taskDefinitionShape } from '@slipway/aws';
import type { Shape, StructureShape } from '@slipway/core';
import { checkShape, lint, pathText } from '../src/index.js';
import { EC2, lintOf, withContainer } from './samples.js';

const ROOT = taskDefinitionShape();

/** Every structure with a function that puts a value of it where it belongs. */
type Place = readonly [structure: StructureShape, put: (value: unknown) => unknown];

function places(shape: Shape, put: (value: unknown) => unknown = (value) => value): Place[] {
  if (shape.kind === 'list') return places(shape.of, (value) => put([value]));
  if (shape.kind !== 'structure') return [];
  const members = Object.entries(shape.members).flatMap(([name, member]) =>
    places(member, (value) => put({ [name]: value })),
  );
  return [[shape, put], ...members];
}

const MEMBERS = places(ROOT).flatMap(([structure, put]) =>
  Object.keys(structure.members).map((name) => ({ structure, put, name })),
);

/** One character left out, put in, replaced, or swapped with the next. */
const slip = fc.record({
  kind: fc.constantFrom('out', 'in', 'other', 'swap'),
  at: fc.nat(),
  letter: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_- '),
});

function misspelt(name: string, { kind, at, letter }: { kind: string; at: number; letter: string }): string {
  const index = at % name.length;
  const [before, after] = [name.slice(0, index), name.slice(index + 1)];
  if (kind === 'out') return before + after;
  if (kind === 'in') return before + letter + name.slice(index);
  return kind === 'other' ? before + letter + after : before + after.slice(0, 1) + name[index] + after.slice(1);
}

describe('a misspelt field', () => {
  it('is found, whichever field and whichever character', () => {
    fc.assert(
      fc.property(fc.constantFrom(...MEMBERS), slip, ({ structure, put, name }, change) => {
        const wrong = misspelt(name, change);
        fc.pre(!Object.hasOwn(structure.members, wrong));
        const { findings } = checkShape(ROOT, put({ [wrong]: 'x' }));
        return findings.some(({ rule, path }) => rule === 'unknown-field' && path.at(-1) === wrong);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(MEMBERS.map(({ structure, name, put }) => [`${structure.name}.${name}`, name, put] as const))(
    '%s is suggested for it',
    (_title, name, put) => {
      const wrong = `${name.slice(0, -1)}${name.at(-1) === 'q' ? 'z' : 'q'}`;
      const { findings } = checkShape(ROOT, put({ [wrong]: 'x' }));
      const found = findings.find(({ rule }) => rule === 'unknown-field');
      // Two letters and less may be meant for anything.
      expect(found?.message).toMatch(name.length > 2 ? /did you mean|ECS knows/ : /ECS has no field/);
      expect(found?.message).toContain(name);
    },
  );

  it('is suggested in the form of CloudFormation too', () => {
    const [finding] = lintOf(withContainer(EC2, { LogConfiguration: { LogDriver: 'awslogs' } }));
    expect(finding?.message).toContain("did you mean 'logConfiguration'?");
  });
});

describe('checkShape', () => {
  it('never shows the value of a variable', () => {
    const secret = 'canary-value-7261';
    const container = {
      environment: [{ name: 'A', value: { secret } }],
      dockerLabels: secret,
      logConfiguration: { logDriver: `${secret} x` },
    };
    expect(JSON.stringify(lintOf(withContainer(EC2, container)))).not.toContain(secret);
  });

  it('gives a sound value, whatever stands there', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 4 }), fc.constantFrom(...MEMBERS), (value, { put, name }) => {
        const { sound, findings } = checkShape(ROOT, put({ [name]: value }));
        const again = checkShape(ROOT, sound ?? {});
        const left = again.findings.filter(({ rule }) => rule === 'wrong-type' || rule === 'unknown-field');
        expect({ left, told: findings.every(({ message }) => message.length > 0) }).toEqual({ left: [], told: true });
      }),
    );
  });

  it('lets every rule bear whatever stands there', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 4 }), fc.constantFrom(...MEMBERS), (value, { put, name }) => {
        const definition = put({ [name]: value }) as Record<string, unknown>;
        expect(Array.isArray(lint(definition, ROOT, { unknownFields: 'warn', allow: [] }))).toBe(true);
      }),
    );
  });
});

describe('lint', () => {
  const newer = { ...EC2, newField: 1, networkMode: 'newMode' };

  it('makes warnings of what AWS may have added, when asked to', () => {
    const findings = lint(newer, ROOT, { unknownFields: 'warn', allow: [] });
    expect(findings.map(({ rule, severity }) => [rule, severity]).sort()).toEqual([
      ['unknown-field', 'warning'],
      ['unknown-value', 'warning'],
    ]);
  });

  it('leaves out the rules that are allowed to be broken', () => {
    const findings = lint({ ...newer, family: 'my web' }, ROOT, {
      unknownFields: 'error',
      allow: ['family-name', 'unknown-value'],
    });
    expect(findings.map(({ path }) => pathText(path))).toEqual(['newField']);
  });
});
