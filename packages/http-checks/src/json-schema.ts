import { runInNewContext } from 'node:vm';
import { Validator } from '@cfworker/json-schema';

/** As many as one reads; the rest follows from them more often than not. */
const MAX_PROBLEMS = 5;
/** Patterns of a schema meet a foreign text. */
const TIMEOUT_MS = 1_000;

/** SchemaCheck is a JSON Schema (draft 2020-12, or what its `$schema` says) that is ready to be held against values. */
export type SchemaCheck = (value: unknown) => readonly string[];

/**
 * toSchemaCheck reads a JSON Schema. It interprets it: nothing is generated or evaluated.
 *
 * @throws Error for a schema that cannot be used
 */
export function toSchemaCheck(schema: object): SchemaCheck {
  const validator = new Validator(schema, '2020-12', false);
  const check = (value: unknown) => validator.validate(value);
  return (value) => {
    try {
      const { valid, errors } = runInNewContext(
        'check(value)',
        { check, value },
        { timeout: TIMEOUT_MS },
      ) as ReturnType<typeof check>;
      if (valid) return [];
      // The innermost ones say what is wrong; those around them say that something within is.
      const inner = errors.filter(
        ({ instanceLocation }) => !errors.some((one) => isWithin(one.instanceLocation, instanceLocation)),
      );
      return inner
        .slice(0, MAX_PROBLEMS)
        .map(({ instanceLocation, error }) => `json${pathOf(instanceLocation)}: ${error}`);
    } catch {
      return ['the JSON Schema takes too long, or refers to what it does not hold'];
    }
  };
}

function isWithin(inner: string, outer: string): boolean {
  return inner.startsWith(`${outer}/`);
}

function pathOf(pointer: string): string {
  return pointer.replace(/^#/, '').replaceAll('/', '.');
}
