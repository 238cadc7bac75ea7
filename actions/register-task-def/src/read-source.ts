import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  awsErrorName,
  taskDefinitionOutputOnly,
  type DescribedDefinition,
  type EcsPort,
  type TaskDefinitionsPort,
} from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import { cleanDefinition, readDefinition, type CleanDefinition } from '@slipway/task-definition';
import type { LintedPlace } from './lint-report.js';
import type { DefinitionSource, ServicePlace } from './plan.js';

/** The definition that the inputs name, before any change. */
export interface SourceDefinition extends CleanDefinition {
  readonly place: LintedPlace;
}

/** readFileSource reads a file. @throws SlipwayError REGISTER_FILE_NOT_FOUND, REGISTER_FILE_INVALID */
export async function readFileSource(file: string, workspace: string): Promise<SourceDefinition> {
  const name = path.relative(workspace, file);
  const { value, dropped, lineOf } = readDefinition(await textOf(file, name), name, taskDefinitionOutputOnly());
  return { value, dropped, place: { name: `'${name}'`, file: { name, lineOf } } };
}

/** definitionOf makes a source of a revision that ECS described. */
export function definitionOf({ definition, family, revision }: DescribedDefinition): SourceDefinition {
  return { ...cleanDefinition(definition, taskDefinitionOutputOnly()), place: { name: `'${family}:${revision}'` } };
}

interface Ports {
  readonly ecs: EcsPort;
  readonly definitions: TaskDefinitionsPort;
}

/** readRevisionSource reads a revision by its name, or what a service runs. @throws SlipwayError REGISTER_SOURCE_NOT_FOUND */
export async function readRevisionSource(
  ports: Ports,
  source: Exclude<DefinitionSource, { kind: 'file' }>,
): Promise<DescribedDefinition> {
  if (source.kind === 'service') return revisionOfService(ports, source.service);
  const found = await ports.definitions.describe(source.reference);
  if (found) return found;
  throw notFound(`task definition '${source.reference}'`);
}

/** revisionOfService reads what a service runs now. @throws SlipwayError REGISTER_SOURCE_NOT_FOUND */
export async function revisionOfService(
  { ecs, definitions }: Ports,
  { cluster, service }: ServicePlace,
): Promise<DescribedDefinition> {
  const place = `service '${service}' of the cluster '${cluster}'`;
  const state = await ecs.service(cluster, service).catch((error: unknown) => {
    throw awsErrorName(error) === 'ClusterNotFoundException' ? notFound(place, error) : error;
  });
  const found = state && (await definitions.describe(state.taskDefinitionArn));
  if (found) return found;
  throw notFound(place);
}

function notFound(what: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'REGISTER_SOURCE_NOT_FOUND',
    message: `There is no ${what} in this account and region.`,
    hint: "Check the names and 'aws-region'.",
    cause,
  });
}

async function textOf(file: string, shown: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new SlipwayError({
      code: 'REGISTER_FILE_NOT_FOUND',
      message: `The task definition '${shown}' cannot be read.`,
      hint: "Check 'task-definition', and that the repository is checked out before this step.",
      cause,
    });
  }
}
