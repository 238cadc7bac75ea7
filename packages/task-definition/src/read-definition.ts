import { SlipwayError } from '@slipway/core';
import { isObject, type JsonObject, type Path } from './json.js';
import { parseSource } from './source-text.js';

/** A task definition without what only ECS writes. */
export interface CleanDefinition {
  readonly value: JsonObject;
  /** Members that were left out, because only ECS writes them. */
  readonly dropped: readonly string[];
}

/** A task definition from a file. */
export interface FileDefinition extends CleanDefinition {
  /** The line, from 1, of a member, or of the nearest one around it that is in the file. */
  readonly lineOf: (path: Path) => number;
}

/**
 * readDefinition reads a task definition from the text of a file: the form of RegisterTaskDefinition, or the answer of
 * `aws ecs describe-task-definition`.
 *
 * @throws SlipwayError REGISTER_FILE_INVALID with every line that is wrong
 */
export function readDefinition(text: string, file: string, outputOnly: readonly string[]): FileDefinition {
  const source = parseSource(text);
  if (source.problems.length > 0) {
    throw invalid(file, source.problems.map(({ line, message }) => `  - ${file}:${line}: ${message}`).join('\n'));
  }
  const wrapped = isObject(source.value) && isObject(source.value['taskDefinition']);
  const value = unwrapped(source.value);
  if (!isObject(value))
    throw invalid(file, `  - ${file}:1: it has to be an object with 'family' and 'containerDefinitions'`);
  const lineOf = (path: Path): number =>
    source.lineOf(wrapped && path[0] !== 'tags' ? ['taskDefinition', ...path] : path);
  return { ...cleanDefinition(value, outputOnly), lineOf };
}

/** The answer of DescribeTaskDefinition has the definition in one member and its tags in another. */
function unwrapped(value: unknown): unknown {
  if (!isObject(value) || !isObject(value['taskDefinition'])) return value;
  return { ...value['taskDefinition'], ...('tags' in value ? { tags: value['tags'] } : {}) };
}

/** cleanDefinition leaves out what only ECS writes, and members that are null: ECS takes a null for an absent member. */
export function cleanDefinition(value: JsonObject, outputOnly: readonly string[]): CleanDefinition {
  const dropped = outputOnly.filter((name) => Object.hasOwn(value, name));
  const kept = Object.fromEntries(Object.entries(value).filter(([name]) => !dropped.includes(name)));
  return { value: withoutNulls(kept) as JsonObject, dropped };
}

/** Empty texts, lists and objects stay: they mean something. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}

function invalid(file: string, why: string): SlipwayError {
  return new SlipwayError({
    code: 'REGISTER_FILE_INVALID',
    message: `'${file}' is not a task definition:\n${why}`,
    hint: "Give JSON (comments are allowed) or YAML in the form of ECS's RegisterTaskDefinition.",
  });
}
