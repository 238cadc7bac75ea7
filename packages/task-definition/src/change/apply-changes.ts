import { SlipwayError } from '@slipway/core';
import { isObject, listOf, objectsIn, type JsonObject, type Path } from '../json.js';
import { changeContainer, changesAny, type ContainerChanges } from './container-changes.js';
import { mergePatch } from './merge-patch.js';

/** What is set in a task definition; what is absent or empty stays as it is. */
export interface Changes {
  /** A JSON Merge Patch of the whole definition, applied before everything else. */
  readonly patch: JsonObject | undefined;
  readonly family: string | undefined;
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
  readonly taskRoleArn: string | undefined;
  readonly executionRoleArn: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  /** The containers that `inContainers` is for; none means the only one that there is. */
  readonly containers: readonly string[];
  readonly inContainers: ContainerChanges;
  /** By container. */
  readonly images: Readonly<Record<string, string>>;
}

/** Which input set the member at a path. */
export interface SetBy {
  readonly path: Path;
  readonly input: string;
}

/** A task definition after the changes. */
export interface Changed {
  readonly definition: JsonObject;
  readonly setBy: readonly SetBy[];
}

/**
 * applyChanges sets members of a task definition and leaves the others as they are. The patch comes first, so that what
 * an input names wins over it.
 *
 * @throws SlipwayError REGISTER_CONTAINER_NOT_FOUND, REGISTER_CONTAINER_UNCLEAR
 */
export function applyChanges(before: JsonObject, changes: Changes): Changed {
  const patched = (changes.patch === undefined ? before : mergePatch(before, changes.patch)) as JsonObject;
  const whole = wholeMembers(patched, changes);
  const setBy: SetBy[] = [
    ...Object.keys(changes.patch ?? {}).map((name) => ({ path: [name], input: 'patch' })),
    ...whole.map(([name, input]) => ({ path: [name], input })),
  ];
  const definition = { ...patched, ...Object.fromEntries(whole.map(([name, , value]) => [name, value])) };
  const chosen = changesAny(changes.inContainers) ? containersOf(definition, changes.containers) : new Set<string>();
  assertThere(definition, [...Object.keys(changes.images), ...changes.containers]);
  if (chosen.size === 0 && Object.keys(changes.images).length === 0) return { definition, setBy };
  const containers = listOf(definition['containerDefinitions']).map((container, index) => {
    if (!isObject(container)) return container;
    const name = String(container['name']);
    const changed = chosen.has(name) ? changeContainer(container, changes.inContainers) : { container, setBy: {} };
    const image = Object.hasOwn(changes.images, name) ? changes.images[name] : undefined;
    const members = { ...changed.setBy, ...(image === undefined ? {} : { image: 'images' }) };
    for (const [member, input] of Object.entries(members)) {
      setBy.push({ path: ['containerDefinitions', index, member], input });
    }
    return image === undefined ? changed.container : { ...changed.container, image };
  });
  return { definition: { ...definition, containerDefinitions: containers }, setBy };
}

type WholeMember = readonly [name: string, input: string, value: unknown];

function wholeMembers(definition: JsonObject, changes: Changes): readonly WholeMember[] {
  const set: readonly WholeMember[] = [
    ['family', 'family', changes.family],
    ['cpu', 'cpu', changes.cpu],
    ['memory', 'memory', changes.memory],
    ['taskRoleArn', 'task-role-arn', changes.taskRoleArn],
    ['executionRoleArn', 'execution-role-arn', changes.executionRoleArn],
    ['tags', 'tags', Object.keys(changes.tags).length === 0 ? undefined : mergedTags(definition['tags'], changes.tags)],
  ];
  return set.filter(([, , value]) => value !== undefined);
}

function mergedTags(before: unknown, tags: Readonly<Record<string, string>>): readonly unknown[] {
  const kept = objectsIn(before).filter(({ key }) => !Object.hasOwn(tags, String(key)));
  return [...kept, ...Object.entries(tags).map(([key, value]) => ({ key, value }))];
}

/** containerNames lists the containers of a definition. */
export function containerNames(definition: JsonObject): readonly string[] {
  return objectsIn(definition['containerDefinitions']).map(({ name }) => String(name));
}

/** containersOf returns the containers that are meant. @throws SlipwayError REGISTER_CONTAINER_UNCLEAR */
export function containersOf(definition: JsonObject, named: readonly string[]): ReadonlySet<string> {
  if (named.length > 0) return new Set(named);
  const names = containerNames(definition);
  if (names.length === 1) return new Set(names);
  throw new SlipwayError({
    code: 'REGISTER_CONTAINER_UNCLEAR',
    message: `The task definition has ${names.length} containers, and 'container' does not say which one is meant.`,
    hint: `Set 'container' to one or more of: ${names.join(', ')}.`,
  });
}

function assertThere(definition: JsonObject, named: readonly string[]): void {
  const names = containerNames(definition);
  const missing = [...new Set(named)].filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  throw new SlipwayError({
    code: 'REGISTER_CONTAINER_NOT_FOUND',
    message: `The task definition has no container ${missing.map((name) => `'${name}'`).join(', ')}.`,
    hint: `Name one of: ${names.join(', ')}.`,
  });
}
