import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import type { ActionResult } from '@slipway/runtime';
import { askBuilder, type ChosenBuilder } from './ask-builder.js';
import { buildImage, layoutFolder, type BuildPorts } from './build.js';
import { engineArguments } from './builder.js';
import { chooseCache } from './cache.js';
import { assertAble, decide, type Decided } from './decide.js';
import type { BuiltImage } from './image.js';
import type { BuildContext } from './inputs.js';
import { loadImage, type LoadPorts } from './load.js';
import { secretEnvironment } from './secrets.js';
import { labelsOf } from './source.js';
import { StepReader } from './steps.js';
import { assertRunsAs } from './task-platform.js';
import { tell } from './tell.js';
import { Temporary } from './temporary.js';

/** What the action reaches of the world. */
export type Ports = BuildPorts & LoadPorts;

/** run builds the image and tells of it. */
export async function run(context: BuildContext, ports: Ports): Promise<ActionResult> {
  const { inputs, log, signal } = context;
  const decided = await decide(context);
  context.setOutput('version', decided.source.version);
  const chosen = await askBuilder(ports.docker, inputs.builder, signal);
  log.info(`Builder '${chosen.builder.name}' (${chosen.builder.driver}): ${WAY_IN_WORDS[chosen.way]}.`);
  assertAble(inputs, chosen);
  const steps = new StepReader();
  const image = await buildInto(context, ports, { decided, chosen, steps });
  await tell(context, image, { ...decided, steps });
  if (inputs['task-definition'] !== undefined) {
    const shown = path.relative(context.github.workspace, inputs['task-definition']);
    await assertRunsAs(inputs['task-definition'], shown, image.platforms);
  }
  const name = inputs['load-as'];
  if (name !== undefined) {
    await loadImage(ports, { layout: decided.layout, digest: image.digest, name, chosen, signal });
    context.setOutput('image', name);
    log.info(`The engine has the image as '${name}'.`);
  }
  return { outcome: 'succeeded' };
}

const WAY_IN_WORDS: Readonly<Record<ChosenBuilder['way'], string>> = {
  export: 'it writes the OCI layout itself',
  push: 'its engine hands the image over on the loopback address',
};

interface Work {
  readonly decided: Decided;
  readonly chosen: ChosenBuilder;
  readonly steps: StepReader;
}

/** The layout appears under its name when it is whole, and not before; a failure leaves nothing. */
async function buildInto(context: BuildContext, ports: Ports, { decided, chosen, steps }: Work): Promise<BuiltImage> {
  const { inputs, github, log, signal } = context;
  const { file, source, name, layout } = decided;
  const { cache, environment, instead } = chooseCache(context, chosen);
  if (instead !== undefined) log.warning(`The build goes without a cache: ${instead}.`);
  const secrets = secretEnvironment(context);
  // What the builder prints goes to the log: a step that shows its secret must not show it there.
  Object.values(secrets).forEach((secret) => context.mask(secret));
  const sourceDateEpoch = inputs.reproducible ? await ports.commitTime(github.workspace) : undefined;
  // Beside the layout: only within one file system is a rename one step.
  const workFolder = path.join(path.dirname(layout), `.${name}`);
  const temporary = new Temporary(context, ports.docker, {
    folder: workFolder,
    engine: engineArguments(chosen.builder),
  });
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
      ...{ order, chosen, name, workFolder, log, signal, steps },
      onTag: (reference) => temporary.willTag(reference),
      workspace: github.workspace,
      environment: { ...environment, ...secrets },
      ...(unitTestTarget === undefined ? {} : { unitTestTarget }),
    });
    await mkdir(path.dirname(layout), { recursive: true });
    await rename(layoutFolder(workFolder), layout);
    return image;
  } finally {
    await temporary.remove();
  }
}
