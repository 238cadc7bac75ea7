import * as sdk from '@aws-sdk/client-ecs';
import { invalidParameter } from './errors.js';

/**
 * The SDK carries the service's own model. What it encodes: a number is a simple type, 64 + n a list of it, 128 + n a
 * map to it; an array that starts with 3 is a structure [3, namespace, name, traits, members, schemas, required],
 * with 1 a list [1, …, item], with 2 a map [2, …, key, value], with 9 an operation [9, …, input, output]; a function
 * returns its schema; an array that starts with anything else is [schema, traits].
 */
type Schema = number | readonly unknown[] | (() => Schema);

const STRING = 0;
const NUMBER = 1;
const BOOLEAN = 2;
const TIMESTAMP = 4;
const LIST_OF = 64;
const MAP_OF = 128;

/**
 * validateInput holds the input of a call against the SDK's model of it.
 *
 * @throws AwsError InvalidParameterException that names the member at fault
 */
export function validateInput(operation: string, input: Record<string, unknown>): void {
  const model = (sdk as unknown as Record<string, readonly unknown[] | undefined>)[`${operation}$`];
  if (model?.[0] !== 9) throw new Error(`The SDK has no operation ${operation}.`);
  check(model[4] as Schema, input, '');
}

function check(schema: Schema, value: unknown, path: string): void {
  if (value === null || value === undefined) return;
  if (typeof schema === 'function') return check(schema(), value, path);
  if (typeof schema === 'number') return checkSimple(schema, value, path);
  switch (schema[0]) {
    case 1:
      return checkList(schema[4] as Schema, value, path);
    case 2:
      return checkMap(schema[5] as Schema, value, path);
    case 3:
      return checkStructure(schema, value, path);
    default:
      return check(schema[0] as Schema, value, path);
  }
}

function checkStructure(schema: readonly unknown[], value: unknown, path: string): void {
  if (!isObject(value)) throw wrongType(path, 'a structure');
  const members = schema[4] as readonly string[];
  const schemas = schema[5] as readonly Schema[];
  // The model lists required members first and tells how many they are.
  for (const member of members.slice(0, (schema[6] as number | undefined) ?? 0)) {
    if (value[member] === undefined || value[member] === null) {
      throw invalidParameter(`Missing required parameter: ${join(path, member)}.`);
    }
  }
  for (const [member, given] of Object.entries(value)) {
    const index = members.indexOf(member);
    const memberSchema = schemas[index];
    if (memberSchema === undefined) throw invalidParameter(`Unknown parameter: ${join(path, member)}.`);
    check(memberSchema, given, join(path, member));
  }
}

function checkList(item: Schema, value: unknown, path: string): void {
  if (!Array.isArray(value)) throw wrongType(path, 'a list');
  value.forEach((element, index) => check(item, element, `${path}[${index}]`));
}

function checkMap(item: Schema, value: unknown, path: string): void {
  if (!isObject(value)) throw wrongType(path, 'a map');
  for (const [key, element] of Object.entries(value)) check(item, element, join(path, key));
}

function checkSimple(schema: number, value: unknown, path: string): void {
  if (schema >= MAP_OF) return checkMap(schema - MAP_OF, value, path);
  if (schema >= LIST_OF) return checkList(schema - LIST_OF, value, path);
  if (schema === STRING && typeof value !== 'string') throw wrongType(path, 'a string');
  if ((schema === NUMBER || schema === TIMESTAMP) && typeof value !== 'number') throw wrongType(path, 'a number');
  if (schema === BOOLEAN && typeof value !== 'boolean') throw wrongType(path, 'a boolean');
}

function join(path: string, member: string): string {
  return path === '' ? member : `${path}.${member}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrongType(path: string, right: string) {
  return invalidParameter(`Invalid type for parameter ${path}: it has to be ${right}.`);
}
