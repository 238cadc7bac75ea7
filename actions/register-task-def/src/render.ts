import { SlipwayError } from '@slipway/core';

/** A task definition as a JSON object. */
export type Definition = Readonly<Record<string, unknown>>;

/** What is set in the definition. */
export interface Changes {
  readonly container: string;
  /** `repository@sha256:…`. */
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * What DescribeTaskDefinition returns and RegisterTaskDefinition does not take (both in the ECS API reference):
 * they are in every file that was copied from `aws ecs describe-task-definition`.
 */
const OUTPUT_ONLY = [
  'taskDefinitionArn',
  'revision',
  'status',
  'requiresAttributes',
  'compatibilities',
  'registeredAt',
  'registeredBy',
  'deregisteredAt',
  'deleteRequestedAt',
];

/** parseDefinition reads the text of a task definition file. @throws SlipwayError REGISTER_FILE_INVALID */
export function parseDefinition(text: string, file: string): Definition {
  const value = parseJson(text, file);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid(file, 'it is not a JSON object');
  }
  const definition = value as Definition;
  if (typeof definition['family'] !== 'string' || definition['family'] === '') {
    throw invalid(file, "it has no 'family'");
  }
  if (!Array.isArray(definition['containerDefinitions'])) {
    throw invalid(file, "it has no list 'containerDefinitions'");
  }
  return definition;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(file, `it is not JSON: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

function invalid(file: string, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'REGISTER_FILE_INVALID',
    message: `'${file}' is not a task definition: ${why}.`,
    hint: "Give a JSON object in the form of ECS's RegisterTaskDefinition.",
    cause,
  });
}

/** A definition that can be registered, and what was left out of it. */
export interface Rendered {
  readonly definition: Definition;
  /** Members of the file that only ECS writes. */
  readonly dropped: readonly string[];
}

/** renderDefinition sets the container's image and environment and leaves everything else as it is. */
export function renderDefinition(definition: Definition, changes: Changes): Rendered {
  const dropped = OUTPUT_ONLY.filter((name) => name in definition);
  const kept = Object.fromEntries(Object.entries(definition).filter(([name]) => !dropped.includes(name)));
  return { definition: { ...kept, containerDefinitions: renderContainers(definition, changes) }, dropped };
}

function renderContainers(definition: Definition, changes: Changes): readonly Definition[] {
  const containers = definition['containerDefinitions'] as readonly Definition[];
  const names = containers.map((container) => String(container['name']));
  if (!names.includes(changes.container)) {
    throw new SlipwayError({
      code: 'REGISTER_CONTAINER_NOT_FOUND',
      message: `The task definition has no container '${changes.container}'.`,
      hint: `Set 'container' to one of: ${names.join(', ')}.`,
    });
  }
  return containers.map((container) =>
    container['name'] === changes.container
      ? { ...container, image: changes.image, ...environmentOf(container, changes.environment) }
      : container,
  );
}

function environmentOf(container: Definition, changes: Readonly<Record<string, string>>): object {
  if (Object.keys(changes).length === 0) return {};
  const before = (container['environment'] ?? []) as readonly { name: string; value: string }[];
  const kept = before.filter(({ name }) => !(name in changes));
  return { environment: [...kept, ...Object.entries(changes).map(([name, value]) => ({ name, value }))] };
}
