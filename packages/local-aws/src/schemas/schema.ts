/**
 * The SDK carries each service's own model. What it encodes: a number is a simple type, 64 + n a list of it, 128 + n a
 * map to it; an array that starts with 3 is a structure [3, namespace, name, traits, members, schemas, required], with
 * -3 an error of the same form, with 4 a union, with 1 a list [1, …, item], with 2 a map [2, …, key, value], with 9 an
 * operation [9, …, input, output]; [0, namespace, name, traits, schema] gives a simple type a name; a function returns
 * its schema; an array that starts with anything but a number, or with a simple type alone, is [schema, traits]; `unit`
 * is a structure without members.
 */
export type Schema = number | 'unit' | readonly unknown[] | (() => Schema);

/** How a message's form writes what the model leaves to it. */
export interface MessageForm {
  isTimestamp(value: unknown): boolean;
  /** Whether null stands for a member that is absent. */
  readonly nullIsAbsent: boolean;
  /** The values that a member may have, where it is known that there are no others. */
  enumeration?(structure: string, member: string): readonly string[] | undefined;
}

const LIST_OF = 64;
const MAP_OF = 128;

/** By the number of the simple type: how it is called, and whether a value is one. */
const SIMPLE: Readonly<Record<number, { readonly name: string; is(value: unknown): boolean }>> = {
  0: { name: 'a string', is: (value) => typeof value === 'string' },
  1: { name: 'a number', is: (value) => typeof value === 'number' && Number.isFinite(value) },
  2: { name: 'a boolean', is: (value) => typeof value === 'boolean' },
  15: { name: 'a document', is: () => true },
  17: { name: 'a whole number', is: (value) => typeof value === 'bigint' || Number.isInteger(value) },
  19: { name: 'a number', is: (value) => typeof value === 'number' && Number.isFinite(value) },
  21: { name: 'bytes', is: (value) => value instanceof Uint8Array || typeof value === 'string' },
};
const UNIT = [3, '', 'unit', 0, [], []];
/** 4 to 7 are timestamps; their number says how the service writes them. */
const TIMESTAMPS = [4, 5, 6, 7];

/** Problem is where a value is not what the schema says. */
export interface Problem {
  /** `missing` is a member that is required; `invalid` is an unknown one, or one of another type. */
  readonly kind: 'missing' | 'invalid';
  /** A sentence that names the member. */
  readonly message: string;
}

/** problemsOf holds a value against a schema; there are no problems when the value is what the schema says. */
export function problemsOf(schema: Schema, value: unknown, form: MessageForm): readonly Problem[] {
  const check = new SchemaCheck(form);
  check.value(schema, value, '');
  return check.problems;
}

class SchemaCheck {
  readonly problems: Problem[] = [];
  readonly #form: MessageForm;

  constructor(form: MessageForm) {
    this.#form = form;
  }

  value(schema: Schema, value: unknown, path: string): void {
    if (typeof schema === 'function') return this.value(schema(), value, path);
    if (typeof schema === 'number') return this.#simple(schema, value, path);
    if (schema === 'unit') return this.#structure(UNIT, value, path);
    switch (schema[0]) {
      case 1:
        return this.#list(schema[4] as Schema, value, path);
      case 2:
        return this.#map(schema[5] as Schema, value, path);
      case 3:
      case -3:
        return this.#structure(schema, value, path);
      case 4:
        this.#structure(schema, value, path);
        if (isStructure(value) && Object.keys(value).length !== 1) this.#wrongType(path, 'exactly one of its members');
        return;
      case 0:
        return this.value((typeof schema[1] === 'string' ? schema[4] : 0) as Schema, value, path);
      default:
        return this.value(schema[0] as Schema, value, path);
    }
  }

  #structure(schema: readonly unknown[], value: unknown, path: string): void {
    if (!isStructure(value)) return this.#wrongType(path, 'a structure');
    const [name, members, schemas] = [schema[2] as string, schema[4] as readonly string[], schema[5] as Schema[]];
    // The model lists required members first and tells how many they are.
    for (const member of members.slice(0, (schema[6] as number | undefined) ?? 0)) {
      if (!this.#isAbsent(value[member])) continue;
      this.problems.push({ kind: 'missing', message: `Missing required parameter: ${join(path, member)}.` });
    }
    for (const [member, given] of Object.entries(value)) {
      const memberSchema = schemas[members.indexOf(member)];
      const memberPath = join(path, member);
      if (memberSchema === undefined) {
        if (given !== undefined) this.#invalid(`Unknown parameter: ${memberPath}.`);
      } else if (!this.#isAbsent(given)) {
        this.value(memberSchema, given, memberPath);
        this.#enumeration(this.#form.enumeration?.(name, member), given, memberPath);
      }
    }
  }

  #isAbsent(value: unknown): boolean {
    return value === undefined || (value === null && this.#form.nullIsAbsent);
  }

  #list(item: Schema, value: unknown, path: string): void {
    if (!Array.isArray(value)) return this.#wrongType(path, 'a list');
    value.forEach((element, index) => this.value(item, element, `${path}[${index}]`));
  }

  #map(item: Schema, value: unknown, path: string): void {
    if (!isStructure(value)) return this.#wrongType(path, 'a map');
    for (const [key, element] of Object.entries(value)) this.value(item, element, join(path, key));
  }

  #simple(schema: number, value: unknown, path: string): void {
    if (schema >= MAP_OF) return this.#map(schema - MAP_OF, value, path);
    if (schema >= LIST_OF) return this.#list(schema - LIST_OF, value, path);
    const type = TIMESTAMPS.includes(schema)
      ? { name: 'a time', is: (given: unknown) => this.#form.isTimestamp(given) }
      : SIMPLE[schema];
    if (!type) throw new Error(`The SDK's model has a simple type ${schema}, which is not known here.`);
    if (!type.is(value)) this.#wrongType(path, type.name);
  }

  #enumeration(values: readonly string[] | undefined, given: unknown, path: string): void {
    if (!values) return;
    for (const one of Array.isArray(given) ? (given as unknown[]) : [given]) {
      if (typeof one === 'string' && !values.includes(one)) {
        this.#invalid(`Invalid value for parameter ${path}: '${one}' is none of ${values.join(', ')}.`);
      }
    }
  }

  #wrongType(path: string, right: string): void {
    this.#invalid(`Invalid type for parameter ${path}: it has to be ${right}.`);
  }

  #invalid(message: string): void {
    this.problems.push({ kind: 'invalid', message });
  }
}

function join(path: string, member: string): string {
  return path === '' ? member : `${path}.${member}`;
}

function isStructure(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
