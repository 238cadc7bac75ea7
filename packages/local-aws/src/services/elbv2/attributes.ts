import { unsupported, validationError } from './errors.js';
import type { Bounds, Input } from './input.js';

/** Attributes are what is in force on a resource, and which of it can be changed. */
export interface Attributes {
  readonly values: Readonly<Record<string, string>>;
  /** Every other attribute can be written too, as long as nothing changes. */
  readonly settable: Readonly<Record<string, Bounds | readonly string[]>>;
}

/** showAttributes returns attributes as the API shows them. */
export function showAttributes({ values }: Attributes): object[] {
  return Object.entries(values).map(([Key, Value]) => ({ Key, Value }));
}

/** readAttributes returns what is in force after a call: what it sets, and the rest as it was. */
export function readAttributes(input: Input, { values, settable }: Attributes): Record<string, string> {
  const after = { ...values };
  for (const attribute of input.structures('Attributes')) {
    const key = attribute.required('Key');
    const value = attribute.text('Value') ?? '';
    if (!Object.hasOwn(values, key)) throw validationError(`local-aws does not know the attribute '${key}'`);
    requireAllowed({ attribute, key, value, before: values[key] }, settable[key]);
    after[key] = value;
  }
  return after;
}

interface Written {
  readonly attribute: Input;
  readonly key: string;
  readonly value: string;
  readonly before: string | undefined;
}

function requireAllowed(
  { attribute, key, value, before }: Written,
  allowed: Bounds | readonly string[] | undefined,
): void {
  if (value === before) return;
  if (allowed === undefined) throw unsupported(`the attribute '${key}' with the value '${value}'`);
  if ('min' in allowed) attribute.integer('Value', allowed);
  else if (!allowed.includes(value)) {
    throw validationError(`The attribute '${key}' must be one of ${allowed.join(', ')}, but is '${value}'`);
  }
}
