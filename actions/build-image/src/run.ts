import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { Temporary } from '@slipway/process';
import type { ActionResult } from '@slipway/runtime';
import { askBuilder, type ChosenBuilder } from './ask-builder.js';
import { buildImage, type BuildPorts } from './build.js';
import { engineArguments } from './builder.js';
import { CachePatience } from './cache-patience.js';
import { chooseBuilder, type BuilderChoice } from './choose-builder.js';
import { assertAble, decide, type Decided } from './decide.js';
import type { BuiltImage } from './image.js';
import type { BuildContext } from './inputs.js';
import { loadImage, type LoadPorts } from './load.js';
import { OwnBuilder } from './own-builder.js';
import { layoutFolder } from './run-buildx.js';
import { hiddenTexts } from './secret-files.js';
import { secretEnvironment } from './secrets.js';
import { settleBuilder } from './settle-builder.js';
import { labelsOf, type Source } from './source.js';
import { SOURCE_LABEL } from './skip/find-image.js';
import { signIn, type SignInPorts } from './sign-in/sign-in.js';
import type { IsSilent } from './silent-cache.js';
import { lookForImage, takeFound, type Known, type SkipPorts } from './skip/skip.js';
import { StepReader } from './steps.js';
import { assertRunsAs, assertWillRunAs, readTaskPlatform, type TaskPlatform } from './task-platform.js';
import { tell, tellWarnings } from './tell.js';

/** What the action reaches of the world. */
export type Ports = BuildPorts & LoadPorts & SkipPorts & SignInPorts & { readonly isSilent: IsSilent };

/** run builds the image, or takes it from where it was built before, and tells of it. */
export async function run(context: BuildContext, ports: Ports): Promise<ActionResult> {
  const { inputs, signal } = context;
  const decided = await decide(context);
  context.setOutput('version', decided.source.version);
  const task = await taskPlatform(context);
  if (task) assertWillRunAs(task, inputs.platforms);
  const current = await askBuilder(ports.docker, inputs.builder, signal);
  const signedIn = await signIn(context, ports, { file: decided.file, current });
  try {
    return await make(context, { ...ports, docker: signedIn.docker }, { decided, task, current });
  } finally {
    await signedIn.close();
  }
}

/** What is known before anything is made. */
interface Start {
  readonly decided: Decided;
  readonly task: TaskPlatform | undefined;
  readonly current: ChosenBuilder;
}

async function make(context: BuildContext, ports: Ports, { decided, task, current }: Start): Promise<ActionResult> {
  const { inputs, log, signal } = context;
  const own = new OwnBuilder(context, ports.docker);
  const choice = await chooseBuilder(context, ports.docker, { current, own, file: decided.file });
  const { chosen } = choice;
  log.info(`Builder '${chosen.builder.name}' (${chosen.builder.driver}): ${WAY_IN_WORDS[chosen.way]}.`);
  assertAble(inputs, chosen);
  const known = await lookForImage(context, ports, { decided, chosen });
  const work = { decided, choice, own, steps: new StepReader(), known };
  const taken = known.found && (await take(context, ports, work));
  const image = taken ?? (await buildInto(context, ports, work));
  await tell(context, image, { ...decided, steps: work.steps, takenFrom: taken && known.found?.image });
  if (task) assertRunsAs(task, image.platforms);
  const name = inputs['load-as'];
  if (name !== undefined) {
    await loadImage(ports, { layout: decided.layout, digest: image.digest, name, chosen, signal });
    context.setOutput('image', name);
    log.info(`The engine has the image as '${name}'.`);
  }
  return { outcome: taken ? 'unchanged' : 'succeeded' };
}

async function taskPlatform({ inputs, github, log }: BuildContext): Promise<TaskPlatform | undefined> {
  const file = inputs['task-definition'];
  if (file === undefined) return undefined;
  const task = await readTaskPlatform(file, path.relative(github.workspace, file));
  if (task.architecture === undefined) {
    log.info(`'${task.shown}' neither names a cpuArchitecture nor is for Fargate: no image is held against one.`);
  }
  return task;
}

const WAY_IN_WORDS: Readonly<Record<ChosenBuilder['way'], string>> = {
  export: 'it writes the OCI layout itself',
  push: 'its engine hands the image over on the loopback address',
};

interface Work {
  readonly decided: Decided;
  readonly choice: BuilderChoice;
  readonly own: OwnBuilder;
  readonly steps: StepReader;
  readonly known: Known;
}

/** What is to become the layout. */
interface Making<T> {
  readonly decided: Decided;
  readonly chosen: ChosenBuilder;
  readonly make: (workFolder: string, temporary: Temporary) => Promise<T>;
}

function take(context: BuildContext, ports: Ports, work: Work): Promise<BuiltImage | undefined> {
  const { found } = work.known;
  if (!found) return Promise.resolve(undefined);
  const make = (folder: string) => takeFound(context, found, layoutFolder(folder));
  return intoLayout(context, ports, { decided: work.decided, chosen: work.choice.chosen, make });
}

/** The layout appears under its name when it is whole, and not before; a failure leaves nothing. */
async function intoLayout<T extends BuiltImage | undefined>(
  context: BuildContext,
  ports: Ports,
  work: Making<T>,
): Promise<T> {
  const { layout, name } = work.decided;
  // Beside the layout: only within one file system is a rename one step.
  const folder = path.join(path.dirname(layout), `.${name}`);
  const engine = engineArguments(work.chosen.builder);
  const temporary = new Temporary(context, ports.docker, { folder, engine });
  try {
    const image = await work.make(folder, temporary);
    if (image === undefined) return image;
    await mkdir(path.dirname(layout), { recursive: true });
    await rename(layoutFolder(folder), layout);
    return image;
  } finally {
    await temporary.remove();
  }
}

async function buildInto(context: BuildContext, ports: Ports, work: Work): Promise<BuiltImage> {
  const { inputs, github, log, signal } = context;
  const { decided, own, steps } = work;
  const secrets = secretEnvironment(context);
  // What the builder prints goes to the log: a step that shows its secret must not show it there.
  const told = [decided.layout, ...decided.source.tags, inputs['load-as'] ?? ''];
  [...Object.values(secrets), ...(await hiddenTexts(context, told))].forEach((secret) => context.mask(secret));
  const sourceDateEpoch = inputs.reproducible ? await ports.commitTime(github.workspace) : undefined;
  // Last of all that can be refused: it may make a builder.
  const { chosen, cache, environment } = await settleBuilder(context, ports.isSilent, work);
  // The engine's own builder in place of the chosen one may take other base images than those that were hashed.
  const hash = chosen === work.choice.chosen ? work.known.hash : undefined;
  const order = {
    ...{ inputs, cache, file: decided.file, labels: labelsFor(context, decided.source, hash) },
    ...(sourceDateEpoch === undefined ? {} : { sourceDateEpoch }),
  };
  const unitTestTarget = inputs['unit-test-target'];
  const make = (workFolder: string, temporary: Temporary): Promise<BuiltImage> =>
    buildImage(ports, {
      ...{ order, chosen, own, name: decided.name, workFolder, log, signal, steps, clock: context.clock },
      patience: new CachePatience(inputs['cache-minutes'] * 60_000),
      onTag: (reference) => temporary.willTag(reference),
      workspace: github.workspace,
      environment: { ...environment, ...secrets },
      ...(unitTestTarget === undefined ? {} : { unitTestTarget }),
    });
  try {
    return await intoLayout(context, ports, { decided, chosen, make });
  } finally {
    tellWarnings(context, steps, decided.file);
  }
}

function labelsFor({ inputs, github }: BuildContext, source: Source, hash: string | undefined): Record<string, string> {
  return { ...labelsOf(source, github, inputs.labels), ...(hash === undefined ? {} : { [SOURCE_LABEL]: hash }) };
}
