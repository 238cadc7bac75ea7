import { unsupported, validationError } from './errors.js';
import type { Bounds, Input } from './input.js';

/** The attributes of a resource: one number that can be set, and words that say what else is in force. */
export interface Attributes {
  readonly seconds: {
    readonly key: string;
    readonly bounds: Bounds;
    readonly value: number;
  };
  /** These can be written too, as long as nothing changes. */
  readonly fixed: Readonly<Record<string, string>>;
}

/** showAttributes returns attributes as the API shows them. */
export function showAttributes({ seconds, fixed }: Attributes): object[] {
  const all = { [seconds.key]: String(seconds.value), ...fixed };
  return Object.entries(all).map(([Key, Value]) => ({ Key, Value }));
}

/** readAttributes returns the number that a call sets, or the one in force when it sets none. */
export function readAttributes(input: Input, { seconds, fixed }: Attributes): number {
  let value = seconds.value;
  for (const attribute of input.structures('Attributes')) {
    const key = attribute.required('Key');
    if (key === seconds.key) value = attribute.integer('Value', seconds.bounds) ?? value;
    else requireUnchanged(key, attribute.text('Value') ?? '', fixed);
  }
  return value;
}

function requireUnchanged(key: string, value: string, fixed: Readonly<Record<string, string>>): void {
  if (!Object.hasOwn(fixed, key)) throw validationError(`local-aws does not know the attribute '${key}'`);
  if (fixed[key] !== value) throw unsupported(`the attribute '${key}' with the value '${value}'`);
}
