import { randomUUID } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '@slipway/core';
import type { ChosenBuilder } from './ask-builder.js';
import { builderLimited, contextNotFound, dockerfileNotFound, layoutExists, tagsInvalid } from './errors.js';
import type { BuildContext } from './inputs.js';
import { dockerfileOf, secretLookingNames } from './plan.js';
import { sourceOf, type Source } from './source.js';

/** What is known before anybody is asked for a builder. */
export interface Decided {
  /** The Dockerfile. */
  readonly file: string;
  readonly source: Source;
  /** The event's payload; undefined when there is none. */
  readonly event: unknown;
  /** An unguessable name: of the working folder, and of the image while the engine holds it. */
  readonly name: string;
  /** Where the image goes. Nothing is there yet. */
  readonly layout: string;
}

/**
 * decide checks the inputs against what is on the disk, and names what will be built.
 *
 * @throws SlipwayError BUILD_CONTEXT_NOT_FOUND, BUILD_DOCKERFILE_NOT_FOUND, BUILD_LAYOUT_EXISTS, INPUT_INVALID
 */
export async function decide({ inputs, github, environment, log }: BuildContext): Promise<Decided> {
  const file = dockerfileOf(inputs);
  await assertInputsExist(inputs.context, file);
  assertTags(inputs.tags);
  const event = await readEvent(environment['GITHUB_EVENT_PATH'], log);
  const source = sourceOf({ github, event }, { version: inputs.version, tags: inputs.tags });
  for (const name of secretLookingNames(inputs['build-args'])) {
    log.warning(`The build argument '${name}' looks like a secret, and build arguments stay readable in the image.`);
  }
  const attestations = attestationsIn(inputs);
  if (inputs.reproducible && attestations.length > 0) {
    const why = `${attestations.join(' and ')} attest when the image was made`;
    log.warning(
      `'digest' differs from build to build: ${why}. With 'reproducible', the images within the index stay the same.`,
    );
  }
  const layout = inputs['oci-layout'] ?? path.join(github.temp, 'slipway', `oci-layout-${randomUUID()}`);
  await assertEmpty(layout);
  return { file, source, event, name: `slipway-${randomUUID()}`, layout };
}

/** beyondEngine names the inputs that ask for what only a builder that writes the layout itself can do. */
export function beyondEngine(inputs: BuildContext['inputs']): readonly string[] {
  return [
    ...(inputs.platforms.length > 1 ? ['platforms'] : []),
    ...(Object.keys(inputs.annotations).length > 0 ? ['annotations'] : []),
    ...(inputs.provenance === 'off' ? [] : ['provenance']),
    ...(inputs.sbom ? ['sbom'] : []),
    ...(inputs.reproducible ? ['reproducible'] : []),
  ];
}

/** assertAble refuses what is beyond a builder that was named. @throws SlipwayError BUILD_BUILDER_LIMITED */
export function assertAble(inputs: BuildContext['inputs'], { way }: ChosenBuilder): void {
  const asked = way === 'export' ? [] : beyondEngine(inputs);
  if (asked.length > 0) throw builderLimited(asked);
}

function attestationsIn({ provenance, sbom }: BuildContext['inputs']): readonly string[] {
  return [...(provenance === 'off' ? [] : [`'provenance: ${provenance}'`]), ...(sbom ? ["'sbom'"] : [])];
}

async function assertInputsExist(context: string, file: string): Promise<void> {
  if (!(await stat(context).catch(() => undefined))?.isDirectory()) throw contextNotFound(context);
  if (!(await stat(file).catch(() => undefined))?.isFile()) throw dockerfileNotFound(file);
}

/** The distribution specification's grammar. */
const TAG = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

function assertTags(tags: readonly string[]): void {
  const wrong = tags.filter((tag) => !TAG.test(tag));
  if (wrong.length > 0) throw tagsInvalid(wrong);
}

async function assertEmpty(directory: string): Promise<void> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') throw layoutExists(directory);
    throw error;
  });
  if (entries.length > 0) throw layoutExists(directory);
}

/** The event only betters the names: a file that cannot be read is no reason not to build. */
async function readEvent(file: string | undefined, log: BuildContext['log']): Promise<unknown> {
  if (!file) return undefined;
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    log.debug(`The event file cannot be read: ${messageOf(error)}`);
    return undefined;
  }
}
