import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { taskDefinitionOutputOnly, taskDefinitionShape } from '@slipway/aws';
import type { Shape } from '@slipway/core';
import { isObject, readDefinition, type FileDefinition } from '@slipway/task-definition';
import { REPOSITORY } from '@slipway/testkit';

const FOLDER = path.join(REPOSITORY, 'actions/register-task-def/test/corpus');

/** readCorpus reads the task definitions of the corpus, by the name of their file. */
export async function readCorpus(): Promise<ReadonlyMap<string, FileDefinition>> {
  const names = (await readdir(FOLDER)).sort();
  const read = async (name: string): Promise<readonly [string, FileDefinition]> => {
    const text = await readFile(path.join(FOLDER, name), 'utf8');
    return [name, readDefinition(text, name, taskDefinitionOutputOnly())];
  };
  return new Map(await Promise.all(names.map(read)));
}

/** membersOf lists the members, `Structure.member`, that a shape has, or those of them that a value uses. */
export function membersOf(shape: Shape = taskDefinitionShape(), ...values: readonly unknown[]): ReadonlySet<string> {
  const found = new Set<string>();
  const walk = (inner: Shape, given: readonly unknown[] | undefined): void => {
    if (inner.kind === 'list')
      return walk(
        inner.of,
        given?.flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [])),
      );
    if (inner.kind === 'map')
      return walk(
        inner.of,
        given?.flatMap((value) => (isObject(value) ? Object.values(value) : [])),
      );
    if (inner.kind !== 'structure') return;
    for (const [name, member] of Object.entries(inner.members)) {
      const next = given?.flatMap((value) => (isObject(value) && name in value ? [value[name]] : []));
      if (next?.length === 0) continue;
      found.add(`${inner.name}.${name}`);
      walk(member, next);
    }
  };
  walk(shape, values.length === 0 ? undefined : values);
  return found;
}

/** lostIn lists the places of a value that another has not, or has with something else. What the other has besides is nothing lost. */
export function lostIn(source: unknown, described: unknown, place = ''): readonly string[] {
  if (Array.isArray(source)) {
    const other: readonly unknown[] = Array.isArray(described) ? described : [];
    const lost = source.flatMap((item, index) => lostIn(item, other[index], `${place}[${index}]`));
    return other.length > source.length ? [...lost, `${place} is longer`] : lost;
  }
  if (!isObject(source)) return source === described ? [] : [place];
  return Object.entries(source).flatMap(([name, value]) =>
    isObject(described) && name in described
      ? lostIn(value, described[name], `${place}.${name}`)
      : [`${place}.${name}`],
  );
}
