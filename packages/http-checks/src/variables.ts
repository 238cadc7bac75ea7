import type { Json } from './suite.js';

/** Variables are texts by name: what the caller gave and what earlier checks captured. */
export type Variables = ReadonlyMap<string, string>;

const TEMPLATE = /\{\{\s*([A-Za-z_][\w.-]*)\s*\}\}/g;

/** templatesIn returns the names that a text asks for as `{{name}}`. */
export function templatesIn(text: string): readonly string[] {
  return [...text.matchAll(TEMPLATE)].map(([, name]) => name ?? '');
}

/** MissingVariable is thrown for a name that has no value; the check fails with it. */
export class MissingVariable extends Error {
  constructor(name: string) {
    super(`'{{${name}}}' has no value: the check that captures it has not passed, or the run was not given it`);
  }
}

/**
 * expand puts values in the place of names.
 *
 * @throws MissingVariable
 */
export function expand(
  text: string,
  variables: Variables,
  encode: (value: string) => string = (value) => value,
): string {
  return text.replace(TEMPLATE, (_, name: string) => {
    const value = variables.get(name);
    if (value === undefined) throw new MissingVariable(name);
    return encode(value);
  });
}

/**
 * expandPath puts values into a path. A value that is the whole path, such as a captured `location`, stays as it is;
 * anywhere else it is encoded, so that it cannot add to the path.
 *
 * @throws MissingVariable
 */
export function expandPath(path: string, variables: Variables): string {
  const isWhole = /^\{\{[^{}]*\}\}$/.test(path);
  return expand(path, variables, isWhole ? undefined : encodeSegment);
}

function encodeSegment(value: string): string {
  // No encoding keeps them from being taken for steps in a path.
  if (value === '.' || value === '..') throw new Error(`'${value}' cannot stand in a path`);
  return encodeURIComponent(value);
}

/**
 * expandJson puts values into every text of a JSON value; names of members stay.
 *
 * @throws MissingVariable
 */
export function expandJson(value: Json, variables: Variables): Json {
  if (typeof value === 'string') return expand(value, variables);
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => expandJson(item, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, expandJson(inner, variables)]));
}
