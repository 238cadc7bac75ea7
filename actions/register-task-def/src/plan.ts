import { SlipwayError } from '@slipway/core';
import type { InputsOf } from '@slipway/runtime';
import { assertVariableNames, isObject, parseSource, type Changes, type JsonObject } from '@slipway/task-definition';
import type { Definition } from './inputs.js';

/** The inputs of a run. */
export type Inputs = InputsOf<Definition['inputs']>;

/** Where the task definition comes from. */
export type DefinitionSource =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'revision'; readonly reference: string }
  | { readonly kind: 'service'; readonly service: ServicePlace };

/** A service by its names. */
export interface ServicePlace {
  readonly cluster: string;
  readonly service: string;
}

/** definitionSource decides where the definition comes from. @throws SlipwayError REGISTER_DEFINITION_SOURCE */
export function definitionSource(inputs: Inputs): DefinitionSource {
  const service = servicePlace(inputs);
  const file = inputs['task-definition'];
  const references = [inputs['task-definition-family'], inputs['task-definition-arn']].filter(
    (each) => each !== undefined,
  );
  const [reference, second] = references;
  if (file !== undefined && reference === undefined) return { kind: 'file', file };
  if (file === undefined && reference !== undefined && second === undefined) return { kind: 'revision', reference };
  if (file === undefined && reference === undefined && service) return { kind: 'service', service };
  throw new SlipwayError({
    code: 'REGISTER_DEFINITION_SOURCE',
    message: 'The task definition is not named, or is named twice.',
    hint: "Give one of 'task-definition', 'task-definition-family' and 'task-definition-arn', or 'cluster' and 'service' for what the service runs now.",
  });
}

/** servicePlace returns the service that the revision is for. @throws SlipwayError REGISTER_DEFINITION_SOURCE */
export function servicePlace({ cluster, service }: Inputs): ServicePlace | undefined {
  if (cluster !== undefined && service !== undefined) return { cluster, service };
  if (cluster === undefined && service === undefined) return undefined;
  throw new SlipwayError({
    code: 'REGISTER_DEFINITION_SOURCE',
    message: "Of 'cluster' and 'service' there is one alone.",
    hint: 'Give both, or neither.',
  });
}

/** changesFrom reads what the inputs set, images excepted. @throws SlipwayError REGISTER_FILE_INVALID, INPUT_INVALID */
export function changesFrom(inputs: Inputs): Changes {
  assertVariableNames(Object.keys(inputs.variables));
  return {
    patch: patchFrom('patch', inputs.patch),
    family: inputs.family,
    cpu: inputs.cpu,
    memory: inputs.memory,
    taskRoleArn: inputs['task-role-arn'],
    executionRoleArn: inputs['execution-role-arn'],
    tags: inputs.tags,
    containers: inputs.container,
    inContainers: {
      environment: inputs.environment,
      removeEnvironment: inputs['remove-environment'],
      replaceEnvironment: inputs['replace-environment'],
      secrets: inputs.secrets,
      removeSecrets: inputs['remove-secrets'],
      replaceSecrets: inputs['replace-secrets'],
      command: commandFrom(inputs.command),
      logDriver: inputs['log-driver'],
      logOptions: inputs['log-options'],
      dockerLabels: inputs['docker-labels'],
      envFiles: inputs['env-files'],
      patch: patchFrom('container-patch', inputs['container-patch']),
    },
    images: {},
  };
}

function patchFrom(input: string, text: string | undefined): JsonObject | undefined {
  if (text === undefined) return undefined;
  const { value, problems } = parseSource(text);
  if (isObject(value)) return value;
  const found = problems.map(({ line, message }) => `\n  - line ${line}: ${message}`).join('');
  throw new SlipwayError({
    code: 'REGISTER_FILE_INVALID',
    message: `'${input}' is not an object in JSON or YAML.${found}`,
    hint: 'Write a JSON Merge Patch: the members to set, and null for those to remove.',
  });
}

/** A shell's words are not split here: who needs quotes writes a list. */
function commandFrom(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  if (!text.startsWith('['))
    return text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const { value } = parseSource(text);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new SlipwayError({
    code: 'INPUT_INVALID',
    message: "'command' begins like a JSON list and is none of texts.",
    hint: 'Write a JSON list of texts, for example ["npm", "start"], or one argument per line.',
  });
}
