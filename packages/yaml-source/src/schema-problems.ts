import { nearest } from '@slipway/core';
import type { z } from 'zod';
import type { Path, Problem } from './position.js';
import type { YamlText } from './yaml-text.js';

/** What a text was held against, and how one calls it: `a suite`. */
export interface Source {
  readonly yaml: YamlText;
  readonly schema: z.core.$ZodType;
  readonly name: string;
}

/** schemaProblems says what a schema found wrong, where that stands in the text, and what was meant. */
export function schemaProblems(source: Source, error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) => problemsOf(source, issue, []));
}

function problemsOf(source: Source, issue: z.core.$ZodIssue, above: Path): Problem[] {
  const { yaml, schema } = source;
  const path = [...above, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      ...yaml.positionOfKey(path, key),
      message: unknownKey(key, knownKeysAt(schema, path)),
    }));
  }
  if (issue.code === 'invalid_key') {
    const key = String(path.at(-1) ?? '');
    const reasons = issue.issues.map(({ message }) => message).join('; ');
    return [{ ...yaml.positionOfKey(path.slice(0, -1), key), message: `'${key}' ${reasons}` }];
  }
  if (issue.code === 'invalid_union') {
    // The alternative that the value was meant to be is the one that went further than its outermost type. Of several
    // that did, none can be told to be it.
    const [meant, ...others] = issue.errors.filter((issues) => issues.some(isWithin));
    if (meant && others.length === 0) return meant.flatMap((inner) => problemsOf(source, inner, path));
  }
  return [{ ...yaml.positionAt(path), message: describe(source, path, messageOf(issue)) }];
}

/** What a value has to be, where the schema says no more than its type. */
const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'a map',
  record: 'a map',
  string: 'a text',
  boolean: 'true or false',
};

function messageOf(issue: z.core.$ZodIssue): string {
  const isBare = issue.message.startsWith('Invalid input: expected');
  const type = issue.code === 'invalid_type' && isBare ? TYPES[issue.expected] : undefined;
  return type === undefined ? issue.message : `must be ${type}`;
}

function isWithin(issue: z.core.$ZodIssue): boolean {
  return issue.path.length > 0 || issue.code === 'unrecognized_keys';
}

function unknownKey(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return `unknown key '${key}'; ${meant ? `did you mean '${meant}'?` : `known here: ${known.join(', ')}`}`;
}

function describe({ yaml, name }: Source, path: Path, message: string): string {
  const bare = message.replace(/^(?:Invalid input|Invalid option|Too big|Too small): /, '');
  if (path.length === 0) return `${name} ${bare}`;
  return yaml.has(path) ? `'${pathText(path)}' ${bare}` : `'${pathText(path)}' is missing`;
}

/** pathText writes a path as one says it: `environments.staging.alarms[0]`. */
export function pathText(path: Path): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at > 0 ? '.' : ''}${String(step)}`))
    .join('');
}

/** The keys that a schema knows at a path, or none where any key may stand. */
function knownKeysAt(schema: z.core.$ZodType | undefined, path: Path): readonly string[] {
  const around = schema && containerIn(schema);
  if (!around) return [];
  const { def } = around._zod;
  const [step, ...rest] = path;
  if (step === undefined) return def.type === 'object' ? Object.keys(def.shape) : [];
  switch (def.type) {
    case 'object':
      return knownKeysAt(def.shape[String(step)], rest);
    case 'record':
      return knownKeysAt(def.valueType, rest);
    case 'array':
      return knownKeysAt(def.element, rest);
  }
}

type Container = z.core.$ZodObject | z.core.$ZodRecord | z.core.$ZodArray;

/** What holds members: a schema itself, or beneath what may be left out, and among its alternatives. */
function containerIn(schema: z.core.$ZodType): Container | undefined {
  const known = schema as z.core.$ZodTypes;
  const { def } = known._zod;
  if (def.type === 'optional' || def.type === 'default') return containerIn(def.innerType);
  if (def.type === 'union') return def.options.map(containerIn).find((option) => option !== undefined);
  return def.type === 'object' || def.type === 'record' || def.type === 'array' ? (known as Container) : undefined;
}

/** takesText tells whether a text may stand at a path; true where the schema knows nothing of it. */
export function takesText(schema: z.core.$ZodType | undefined, path: Path): boolean {
  if (schema === undefined) return true;
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'optional' || def.type === 'default') return takesText(def.innerType, path);
  if (def.type === 'pipe') return takesText(def.in, path);
  if (def.type === 'union') return def.options.some((option) => takesText(option, path));
  const [step, ...rest] = path;
  if (step === undefined) return def.type !== 'number' && def.type !== 'boolean';
  if (def.type === 'record') return takesText(def.valueType, rest);
  if (def.type === 'array') return takesText(def.element, rest);
  if (def.type === 'object') return takesText(def.shape[String(step)], rest);
  return def.type !== 'literal';
}
