import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '@slipway/core';
import type { ActionResult } from '@slipway/runtime';
import { askBuilder, lastLine, type ChosenBuilder } from './ask-builder.js';
import { buildImage, layoutFolder, type BuildPorts } from './build.js';
import { chooseCache } from './cache.js';
import { engineArguments } from './builder.js';
import type { DockerPort } from './docker.js';
import { builderLimited, contextNotFound, dockerfileNotFound, layoutExists } from './errors.js';
import type { BuiltImage } from './image.js';
import type { BuildContext } from './inputs.js';
import { dockerfileOf, labelsOf, revisionOf, secretLookingNames, tagsOf, versionOf, type Source } from './plan.js';
import { secretEnvironment } from './secrets.js';
import { StepReader } from './steps.js';
import { summaryOf } from './summary.js';
import { assertRunsAs } from './task-platform.js';

const STATE_FOLDER = 'workFolder';
const STATE_TAG = 'temporaryTag';
const STATE_ENGINE = 'engineArguments';
/** A cancelled step has 7.5 s from SIGINT to SIGTERM; removing a name takes the engine milliseconds. */
const CLEAN_UP_TIMEOUT_MS = 5_000;

/** run builds the image and tells of it. */
export async function run(context: BuildContext, ports: BuildPorts): Promise<ActionResult> {
  const { inputs, log } = context;
  const file = dockerfileOf(inputs);
  await assertInputsExist(inputs.context, file);
  const source = await readSource(context);
  context.setOutput('version', source.version);
  for (const name of secretLookingNames(inputs['build-args'])) {
    log.warning(`The build argument '${name}' looks like a secret, and build arguments stay readable in the image.`);
  }
  const name = `slipway-${randomUUID()}`;
  const layout = inputs['oci-layout'] ?? path.join(context.github.temp, 'slipway', `oci-layout-${randomUUID()}`);
  await assertEmpty(layout);
  const chosen = await askBuilder(ports.docker, inputs.builder, context.signal);
  log.info(`Builder '${chosen.builder.name}' (${chosen.builder.driver}): ${WAY_IN_WORDS[chosen.way]}.`);
  assertAble(inputs, chosen);
  const steps = new StepReader();
  const image = await buildInto(context, ports, { file, source, name, layout, chosen, steps });
  tell(context, image, { layout, source, steps, file });
  await context.summarise(summaryOf(image, source, steps.steps));
  if (inputs['task-definition'] !== undefined) {
    const shown = path.relative(context.github.workspace, inputs['task-definition']);
    await assertRunsAs(inputs['task-definition'], shown, image.platforms);
  }
  return { outcome: 'succeeded' };
}

const WAY_IN_WORDS: Readonly<Record<ChosenBuilder['way'], string>> = {
  export: 'it writes the OCI layout itself',
  push: 'its engine hands the image over on the loopback address',
};

/** cleanUp removes what a killed main left. Main's own clean-up has usually come first. */
export async function cleanUp(context: Pick<BuildContext, 'getState' | 'log'>, docker: DockerPort): Promise<void> {
  const folder = context.getState(STATE_FOLDER);
  if (folder !== '') await rm(folder, { recursive: true, force: true });
  const tag = context.getState(STATE_TAG);
  if (tag === '') return;
  const engine = JSON.parse(context.getState(STATE_ENGINE)) as readonly string[];
  await removeTag({ docker, engine, tag, log: context.log });
}

interface Decided {
  readonly file: string;
  readonly source: Source;
  readonly name: string;
  readonly layout: string;
  readonly chosen: ChosenBuilder;
  readonly steps: StepReader;
}

/** What only a builder that writes the layout itself can do. @throws SlipwayError BUILD_BUILDER_LIMITED */
function assertAble(inputs: BuildContext['inputs'], { way }: ChosenBuilder): void {
  if (way === 'export') return;
  const asked = [
    ...(inputs.platforms.length > 1 ? ['platforms'] : []),
    ...(Object.keys(inputs.annotations).length > 0 ? ['annotations'] : []),
    ...(inputs.provenance === 'off' ? [] : ['provenance']),
    ...(inputs.sbom ? ['sbom'] : []),
    ...(inputs.reproducible ? ['reproducible'] : []),
  ];
  if (asked.length > 0) throw builderLimited(asked);
}

/** The layout appears under its name when it is whole, and not before; a failure leaves nothing. */
async function buildInto(context: BuildContext, ports: BuildPorts, decided: Decided): Promise<BuiltImage> {
  const { inputs, github, log, signal } = context;
  const { file, source, name, layout, chosen, steps } = decided;
  const { cache, environment, instead } = chooseCache(context, chosen);
  if (instead !== undefined) log.warning(`The build goes without a cache: ${instead}.`);
  const secrets = secretEnvironment(context);
  // What the builder prints goes to the log: a step that shows its secret must not show it there.
  Object.values(secrets).forEach((secret) => context.mask(secret));
  const sourceDateEpoch = inputs.reproducible ? await ports.commitTime(github.workspace) : undefined;
  // Beside the layout: only within one file system is a rename one step.
  const workFolder = path.join(path.dirname(layout), `.${name}`);
  context.saveState(STATE_FOLDER, workFolder);
  const engine = engineArguments(chosen.builder);
  let tag: string | undefined;
  const onTag = (reference: string): void => {
    tag = reference;
    context.saveState(STATE_ENGINE, JSON.stringify(engine));
    context.saveState(STATE_TAG, reference);
  };
  const order = {
    inputs,
    file,
    labels: labelsOf(source, github, inputs.labels),
    cache,
    ...(sourceDateEpoch === undefined ? {} : { sourceDateEpoch }),
  };
  const unitTestTarget = inputs['unit-test-target'];
  try {
    const image = await buildImage(ports, {
      ...{ order, chosen, name, workFolder, log, signal, onTag, steps },
      workspace: github.workspace,
      environment: { ...environment, ...secrets },
      ...(unitTestTarget === undefined ? {} : { unitTestTarget }),
    });
    await mkdir(path.dirname(layout), { recursive: true });
    await rename(layoutFolder(workFolder), layout);
    return image;
  } finally {
    await rm(workFolder, { recursive: true, force: true });
    if (tag !== undefined) await removeTag({ docker: ports.docker, engine, tag, log });
  }
}

interface TagRemoval {
  readonly docker: DockerPort;
  readonly engine: readonly string[];
  readonly tag: string;
  readonly log: BuildContext['log'];
}

/** Removing our name removes the image only if it has no other. The run's own signal may have been aborted already. */
async function removeTag({ docker, engine, tag, log }: TagRemoval): Promise<void> {
  try {
    const args = [...engine, 'image', 'rm', tag];
    const { exitCode, stderr } = await docker({ args, timeoutMs: CLEAN_UP_TIMEOUT_MS });
    if (exitCode === 0 || stderr.includes('No such image')) return;
    log.warning(`The temporary image name '${tag}' is still on the engine: ${lastLine(stderr)}.`);
  } catch (error) {
    log.warning(`The temporary image name '${tag}' may still be on the engine: ${messageOf(error)}`);
  }
}

async function assertInputsExist(context: string, file: string): Promise<void> {
  if (!(await stat(context).catch(() => undefined))?.isDirectory()) throw contextNotFound(context);
  if (!(await stat(file).catch(() => undefined))?.isFile()) throw dockerfileNotFound(file);
}

async function assertEmpty(directory: string): Promise<void> {
  const entries = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') throw layoutExists(directory);
    throw error;
  });
  if (entries.length > 0) throw layoutExists(directory);
}

async function readSource({ inputs, github, environment, log }: BuildContext): Promise<Source> {
  const revision = revisionOf(github, await readEvent(environment['GITHUB_EVENT_PATH'], log));
  return { revision, version: versionOf(inputs.version, revision, github.ref) };
}

/** The event only betters the revision: a file that cannot be read is no reason not to build. */
async function readEvent(file: string | undefined, log: BuildContext['log']): Promise<unknown> {
  if (!file) return undefined;
  try {
    return JSON.parse(await readFile(file, 'utf8')) as unknown;
  } catch (error) {
    log.debug(`The event file cannot be read: ${messageOf(error)}`);
    return undefined;
  }
}

interface Told {
  readonly layout: string;
  readonly source: Source;
  readonly steps: StepReader;
  readonly file: string;
}

function tell(context: BuildContext, image: BuiltImage, { layout, source, steps, file }: Told): void {
  const { github, log } = context;
  context.setOutput('digest', image.digest);
  if (image.imageId !== undefined) context.setOutput('image-id', image.imageId);
  context.setOutput('platforms', image.platforms.join('\n'));
  context.setOutput('tags', tagsOf(source.version, github.ref).join('\n'));
  context.setOutput('oci-layout', layout);
  context.setOutput('size-bytes', String(image.sizeBytes));
  context.report(
    'layers',
    image.layers.map(({ digest, size, mediaType }) => ({ digest, size, mediaType })),
  );
  context.report('steps', steps.steps);
  for (const { rule, message, line } of steps.warnings) {
    log.warning(message, { file: path.relative(github.workspace, file), startLine: line, title: rule });
  }
  if (steps.cacheTrouble !== undefined) {
    log.warning(`The cache failed, and the build went on without it: ${steps.cacheTrouble}`);
  }
  log.info(`Built ${image.digest} (${image.platforms.join(', ')}) in ${layout}.`);
}
