import { snippet } from './snippet.js';
import type { Json } from './suite.js';

/**
 * matchJson tells where a JSON value differs from an expected one. Of an object, only the expected members are looked
 * at; a list must have as many items, each of which is compared in the same way.
 */
export function matchJson(expected: Json, actual: unknown, place = 'json'): string[] {
  if (Array.isArray(expected)) return matchList(expected as readonly Json[], actual, place);
  if (typeof expected === 'object' && expected !== null) {
    return matchObject(expected as { readonly [member: string]: Json }, actual, place);
  }
  return expected === actual ? [] : [`${place} is ${show(actual)}; expected ${show(expected)}`];
}

function matchObject(expected: { readonly [member: string]: Json }, actual: unknown, place: string): string[] {
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) {
    return [`${place} is ${show(actual)}; expected an object`];
  }
  const members = actual as Readonly<Record<string, unknown>>;
  return Object.entries(expected).flatMap(([name, value]) =>
    Object.hasOwn(members, name)
      ? matchJson(value, members[name], `${place}.${name}`)
      : [`${place}.${name} is missing; expected ${show(value)}`],
  );
}

function matchList(expected: readonly Json[], actual: unknown, place: string): string[] {
  if (!Array.isArray(actual)) return [`${place} is ${show(actual)}; expected a list`];
  if (actual.length !== expected.length) return [`${place} has ${actual.length} items; expected ${expected.length}`];
  return expected.flatMap((item, index) => matchJson(item, actual[index], `${place}[${index}]`));
}

function show(value: unknown): string {
  return snippet(JSON.stringify(value));
}
