import { readFile } from 'node:fs/promises';
import { messageOf } from '@slipway/core';
import { readDefinition } from '@slipway/task-definition';
import { z } from 'zod';
import * as errors from '../errors.js';

/** ECS takes `256`, `.25 vCPU`, `512` and `0.5 GB` alike. */
const amount = z.union([z.string(), z.number()]).optional();
const texts = z.array(z.string()).nullish();
const count = z.number().nullish();
/** It becomes part of an option that has commas and colons of its own. */
const folder = z.string().regex(/^\/[^,:]*$/, 'must be an absolute path without commas and colons');

const healthCheck = z.object({
  command: z.array(z.string()).min(1),
  interval: count,
  timeout: count,
  retries: count,
  startPeriod: count,
});

const linuxParameters = z.object({
  initProcessEnabled: z.boolean().nullish(),
  sharedMemorySize: count,
  capabilities: z.object({ add: texts, drop: texts }).nullish(),
  tmpfs: z.array(z.object({ containerPath: folder, size: z.number(), mountOptions: texts })).nullish(),
});

const container = z.object({
  name: z.string().min(1),
  cpu: count,
  memory: count,
  essential: z.boolean().nullish(),
  portMappings: z.array(z.object({ containerPort: count, protocol: z.string().nullish() })).nullish(),
  entryPoint: texts,
  command: texts,
  workingDirectory: z.string().nullish(),
  user: z.string().nullish(),
  readonlyRootFilesystem: z.boolean().nullish(),
  environment: z.array(z.object({ name: z.string(), value: z.string() })).nullish(),
  environmentFiles: z.array(z.unknown()).nullish(),
  secrets: z.array(z.object({ name: z.string() })).nullish(),
  stopTimeout: count,
  healthCheck: healthCheck.nullish(),
  ulimits: z.array(z.object({ name: z.string(), softLimit: z.number(), hardLimit: z.number() })).nullish(),
  mountPoints: z.array(z.object({ containerPath: folder, readOnly: z.boolean().nullish() })).nullish(),
  linuxParameters: linuxParameters.nullish(),
  extraHosts: z.array(z.object({ hostname: z.string(), ipAddress: z.string() })).nullish(),
  systemControls: z.array(z.object({ namespace: z.string(), value: z.string() })).nullish(),
  pseudoTerminal: z.boolean().nullish(),
  interactive: z.boolean().nullish(),
  privileged: z.boolean().nullish(),
});

const taskDefinition = z.object({
  cpu: amount,
  memory: amount,
  containerDefinitions: z.array(container).min(1, 'has no container'),
});

/** TaskDefinition is the part of a task definition that a single container on this machine can be held to. */
export type TaskDefinition = z.output<typeof taskDefinition>;
/** TaskContainer is one container definition of it. */
export type TaskContainer = TaskDefinition['containerDefinitions'][number];
/** TaskHealthCheck is its health check; times in seconds. */
export type TaskHealthCheck = NonNullable<TaskContainer['healthCheck']>;

/**
 * readTaskDefinition reads the file that register-task-def reads: JSON with comments, or YAML, or what
 * DescribeTaskDefinition answers. No value of it is ever in an error: its environment may hold what nobody should read.
 *
 * @throws SlipwayError TEST_TASK_DEFINITION_INVALID
 */
export async function readTaskDefinition(file: string, shown: string): Promise<TaskDefinition> {
  let value: unknown;
  try {
    ({ value } = readDefinition(await readFile(file, 'utf8'), shown, []));
  } catch (cause) {
    throw errors.taskDefinitionInvalid(shown, [messageOf(cause)], cause);
  }
  return checkTaskDefinition(value, shown);
}

/**
 * checkTaskDefinition checks the shape of what was read.
 *
 * @throws SlipwayError TEST_TASK_DEFINITION_INVALID
 */
export function checkTaskDefinition(value: unknown, shown: string): TaskDefinition {
  const parsed = taskDefinition.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  throw errors.taskDefinitionInvalid(shown, problems);
}

/**
 * containerOf picks the container that is to run the image: the one that is named, or else the only one.
 *
 * @throws SlipwayError TEST_TASK_DEFINITION_INVALID
 */
export function containerOf(definition: TaskDefinition, name: string | undefined, shown: string): TaskContainer {
  const all = definition.containerDefinitions;
  const names = all.map((one) => `'${one.name}'`).join(', ');
  const found = name === undefined ? all : all.filter((one) => one.name === name);
  const [first, second] = found;
  if (first && !second) return first;
  const why =
    name === undefined
      ? `it has the containers ${names}; name one by 'container'`
      : `no container '${name}'; it has ${names}`;
  throw errors.taskDefinitionInvalid(shown, [why]);
}
