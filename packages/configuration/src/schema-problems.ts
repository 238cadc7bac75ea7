import { nearest } from '@slipway/core';
import { z } from 'zod';
import type { Path, Problem, YamlText } from '@slipway/yaml-source';

/** schemaProblems says what a schema found wrong, where that stands in the text, and what was meant. */
export function schemaProblems(yaml: YamlText, schema: z.ZodType, error: z.ZodError): Problem[] {
  return error.issues.flatMap((issue) => problemsOf({ yaml, schema }, issue, []));
}

interface Source {
  readonly yaml: YamlText;
  readonly schema: z.ZodType;
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
    // The alternative that the value was meant to be is the one that went further than its outermost type.
    const meant = issue.errors.find((issues) => issues.some(isWithin));
    if (meant) return meant.flatMap((inner) => problemsOf(source, inner, path));
  }
  return [{ ...yaml.positionAt(path), message: describe(yaml, path, messageOf(issue)) }];
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

function describe(yaml: YamlText, path: Path, message: string): string {
  const bare = message.replace(/^(?:Invalid input|Invalid option|Too big|Too small): /, '');
  if (path.length === 0) return `a configuration ${bare}`;
  return yaml.has(path) ? `'${pathText(path)}' ${bare}` : `'${pathText(path)}' is missing`;
}

/** pathText writes a path as one says it: `environments.staging.alarms[0]`. */
export function pathText(path: Path): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at > 0 ? '.' : ''}${String(step)}`))
    .join('');
}

/** The keys that a schema knows at a path, or none where any key may stand. */
function knownKeysAt(schema: unknown, path: Path): readonly string[] {
  const bare = bareObject(schema);
  if (!bare) return [];
  if (path.length === 0) return bare instanceof z.ZodObject ? Object.keys(bare.shape) : [];
  const [step, ...rest] = path;
  if (bare instanceof z.ZodRecord) return knownKeysAt(bare.valueType, rest);
  return knownKeysAt((bare.shape as Record<string, unknown>)[String(step)], rest);
}

/** The object or record that a schema is, beneath what may be left out, and among its alternatives. */
function bareObject(schema: unknown): z.ZodObject | z.ZodRecord | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return bareObject(schema.unwrap());
  if (schema instanceof z.ZodUnion) return schema.options.map(bareObject).find((option) => option !== undefined);
  return schema instanceof z.ZodObject || schema instanceof z.ZodRecord ? schema : undefined;
}
