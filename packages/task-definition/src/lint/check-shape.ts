import { nearest, type Shape, type StructureShape } from '@slipway/core';
import { isObject, type Path } from '../json.js';
import type { Finding } from './finding.js';

/** ShapeCheck is what holding a value against a shape gave. */
export interface ShapeCheck {
  readonly findings: readonly Finding[];
  /** The value without what is not of its shape: what stands in it has the type that the shape says. */
  readonly sound: unknown;
}

/** What may stand in an error: a word, and nothing that could be a secret's form. */
const WORD = /^[\w.-]{1,40}$/;

/** What to put where a list's item is of another type, so that the items after it keep their places. */
const EMPTY = { text: '', number: 0, boolean: false } as const;

/** checkShape holds a value against a shape and finds unknown and missing members, wrong types and unknown values. */
export function checkShape(shape: Shape, value: unknown): ShapeCheck {
  const findings: Finding[] = [];
  const sound = check(shape, value, { path: [], findings });
  return { findings, sound };
}

interface Place {
  readonly path: Path;
  readonly findings: Finding[];
}

function check(shape: Shape, value: unknown, place: Place): unknown {
  switch (shape.kind) {
    case 'text':
      return typeof value === 'string'
        ? checkText(shape.values, value, place)
        : wrong(value, `a text${quoted(value)}`, place);
    case 'number':
      if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
      return wrong(value, `a whole number${unquoted(value, /^-?\d+$/)}`, place);
    case 'boolean':
      return typeof value === 'boolean'
        ? value
        : wrong(value, `true or false${unquoted(value, /^(?:true|false)$/)}`, place);
    case 'list':
      if (!Array.isArray(value)) return wrong(value, 'a list', place);
      return value.map((item, index) => {
        const checked = check(shape.of, item, below(place, index));
        return checked === undefined ? emptyOf(shape.of) : checked;
      });
    case 'map':
      if (!isObject(value)) return wrong(value, 'an object', place);
      return soundMembers(Object.entries(value).map(([key, item]) => [key, check(shape.of, item, below(place, key))]));
    case 'structure':
      return isObject(value) ? checkStructure(shape, value, place) : wrong(value, 'an object', place);
  }
}

function checkText(values: readonly string[] | undefined, value: string, place: Place): string {
  if (values && !values.includes(value)) {
    const meant = nearest(value, values);
    const shown = WORD.test(value) ? `'${value}'` : 'its value';
    add(place, 'unknown-value', `${shown} is none of ${values.join(', ')}${meant ? `; did you mean '${meant}'?` : ''}`);
  }
  return value;
}

function checkStructure(shape: StructureShape, value: Readonly<Record<string, unknown>>, place: Place): unknown {
  const members: [string, unknown][] = [];
  for (const [name, given] of Object.entries(value)) {
    const member = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
    if (member) members.push([name, check(member, given, below(place, name))]);
    else unknownMember(shape, name, place);
  }
  for (const name of shape.required) {
    if (!Object.hasOwn(value, name)) add(place, 'missing-field', `'${name}' is required here`);
  }
  if (shape.isUnion && Object.keys(value).length !== 1) {
    add(place, 'one-of', `exactly one of ${Object.keys(shape.members).join(', ')} has to stand here`);
  }
  return soundMembers(members);
}

function unknownMember(shape: StructureShape, name: string, place: Place): void {
  const meant = nearest(name, Object.keys(shape.members));
  const known = meant ? `did you mean '${meant}'?` : `ECS knows ${Object.keys(shape.members).join(', ')}.`;
  add(below(place, name), 'unknown-field', `ECS has no field of this name here; ${known}`);
}

function soundMembers(members: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(members.filter(([, value]) => value !== undefined));
}

function emptyOf(shape: Shape): unknown {
  if (shape.kind === 'list') return [];
  return shape.kind === 'map' || shape.kind === 'structure' ? {} : EMPTY[shape.kind];
}

function wrong(value: unknown, expected: string, place: Place): undefined {
  add(place, 'wrong-type', `this is ${nameOf(value)} and has to be ${expected}`);
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return 'a number';
  if (typeof value === 'boolean') return 'true or false';
  return typeof value === 'string' ? 'a text' : 'an object';
}

/** YAML reads 256 and true without quotes as something else than text. */
function quoted(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean' ? ': write it in quotes' : '';
}

function unquoted(value: unknown, form: RegExp): string {
  return typeof value === 'string' && form.test(value) ? ': write it without quotes' : '';
}

function below(place: Place, step: string | number): Place {
  return { path: [...place.path, step], findings: place.findings };
}

function add(place: Place, rule: string, message: string): void {
  place.findings.push({ rule, severity: 'error', path: place.path, message });
}
