import { objectsIn, type JsonObject } from '../json.js';
import { mergePatch } from './merge-patch.js';

/** What is set in a container; what is absent or empty stays as it is. */
export interface ContainerChanges {
  readonly environment: Readonly<Record<string, string>>;
  readonly removeEnvironment: readonly string[];
  /** Variables that `environment` does not name go. */
  readonly replaceEnvironment: boolean;
  /** By the variable's name: where its value is. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly removeSecrets: readonly string[];
  readonly replaceSecrets: boolean;
  readonly command: readonly string[] | undefined;
  readonly logDriver: string | undefined;
  readonly logOptions: Readonly<Record<string, string>>;
  readonly dockerLabels: Readonly<Record<string, string>>;
  /** ARNs of objects in S3; they replace the container's. */
  readonly envFiles: readonly string[];
  /** A JSON Merge Patch of the container. */
  readonly patch: JsonObject | undefined;
}

/** A container after a change, and by which input each member was set. */
export interface ChangedContainer {
  readonly container: JsonObject;
  readonly setBy: Readonly<Record<string, string>>;
}

/** changesAny tells whether there is anything to set in a container. */
export function changesAny(changes: ContainerChanges): boolean {
  return Object.values<unknown>({ ...changes }).some((given) =>
    typeof given === 'object' && given !== null
      ? Object.keys(given).length > 0
      : given !== undefined && given !== false,
  );
}

/** changeContainer sets members of a container and leaves the others as they are. */
export function changeContainer(before: JsonObject, changes: ContainerChanges): ChangedContainer {
  const patched = (changes.patch === undefined ? before : mergePatch(before, changes.patch)) as JsonObject;
  const members: Record<string, readonly [input: string, value: unknown]> = {
    ...variables(patched, changes),
    ...(changes.command === undefined ? {} : { command: ['command', changes.command] }),
    ...logging(patched, changes),
    ...(isEmpty(changes.dockerLabels)
      ? {}
      : {
          dockerLabels: [
            'docker-labels',
            { ...(patched['dockerLabels'] as object | undefined), ...changes.dockerLabels },
          ],
        }),
    ...(changes.envFiles.length === 0
      ? {}
      : { environmentFiles: ['env-files', changes.envFiles.map((value) => ({ value, type: 's3' }))] }),
  };
  const set = Object.entries(members);
  return {
    container: { ...patched, ...Object.fromEntries(set.map(([name, [, value]]) => [name, value])) },
    setBy: {
      ...Object.fromEntries(Object.keys(changes.patch ?? {}).map((name) => [name, 'container-patch'])),
      ...Object.fromEntries(set.map(([name, [input]]) => [name, input])),
    },
  };
}

function isEmpty(map: Readonly<Record<string, string>>): boolean {
  return Object.keys(map).length === 0;
}

type Members = Record<string, readonly [input: string, value: unknown]>;

/** ECS refuses a name that is both a variable and a secret: the one that is set takes the other's place. */
function variables(container: JsonObject, changes: ContainerChanges): Members {
  const environment = named(container['environment'], 'value', {
    set: changes.environment,
    remove: [...changes.removeEnvironment, ...Object.keys(changes.secrets)],
    replace: changes.replaceEnvironment,
  });
  const secrets = named(container['secrets'], 'valueFrom', {
    set: changes.secrets,
    remove: [...changes.removeSecrets, ...Object.keys(changes.environment)],
    replace: changes.replaceSecrets,
  });
  const environmentInput = isEmpty(changes.environment) ? 'remove-environment' : 'environment';
  return {
    ...(environment && { environment: [environmentInput, environment] }),
    ...(secrets && { secrets: [isEmpty(changes.secrets) ? 'remove-secrets' : 'secrets', secrets] }),
  };
}

interface NamedChange {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
  readonly replace: boolean;
}

/** The entries after the change, in their old order and new ones after them; undefined when there is nothing to do. */
function named(before: unknown, member: 'value' | 'valueFrom', change: NamedChange): readonly unknown[] | undefined {
  const entries = objectsIn(before);
  const names = entries.map(({ name }) => String(name));
  const isTouched = change.replace || !isEmpty(change.set) || change.remove.some((name) => names.includes(name));
  if (!isTouched) return undefined;
  const kept = entries
    .filter(
      ({ name }) =>
        Object.hasOwn(change.set, String(name)) || !(change.replace || change.remove.includes(String(name))),
    )
    .map((entry) =>
      Object.hasOwn(change.set, String(entry['name']))
        ? { ...entry, [member]: change.set[String(entry['name'])] }
        : entry,
    );
  const added = Object.entries(change.set).filter(([name]) => !names.includes(name));
  return [...kept, ...added.map(([name, value]) => ({ name, [member]: value }))];
}

function logging(container: JsonObject, changes: ContainerChanges): Members {
  if (changes.logDriver === undefined && isEmpty(changes.logOptions)) return {};
  const before = container['logConfiguration'] as JsonObject | undefined;
  const driver = changes.logDriver ?? before?.['logDriver'];
  // The options of one driver mean nothing to another.
  const kept = driver === before?.['logDriver'] ? before : undefined;
  const options = { ...(kept?.['options'] as object | undefined), ...changes.logOptions };
  return {
    logConfiguration: [
      changes.logDriver === undefined ? 'log-options' : 'log-driver',
      {
        ...kept,
        ...(driver === undefined ? {} : { logDriver: driver }),
        ...(Object.keys(options).length > 0 && { options }),
      },
    ],
  };
}
