import type { Shape } from '@slipway/core';
import { isObject } from './json.js';

/** knownFields leaves out the fields that a shape does not have, as the SDK does when it sends a value. */
export function knownFields(shape: Shape, value: unknown): unknown {
  if (shape.kind === 'list' && Array.isArray(value)) return value.map((item) => knownFields(shape.of, item));
  if (shape.kind !== 'structure' || !isObject(value)) return value;
  const known = Object.entries(value).flatMap(([name, member]): [string, unknown][] => {
    const inner = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
    return inner ? [[name, knownFields(inner, member)]] : [];
  });
  return Object.fromEntries(known);
}
