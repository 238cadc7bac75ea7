import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { EcrPort, EcsPort, StsPort } from '@slipway/aws';
import { assertAccountAllowed } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import { table, type ActionContext, type ActionResult } from '@slipway/runtime';
import { imageSource, registryImage, runningImage, type PinnedImage } from './image.js';
import type { Definition } from './inputs.js';
import { parseDefinition, renderDefinition } from './render.js';

/** What registering needs of AWS. */
export interface Ports {
  readonly ecr: EcrPort;
  readonly ecs: EcsPort;
  readonly sts: StsPort;
}

type Context = ActionContext<Definition['inputs'], Definition['outputs']>;

/** run registers the task definition of the inputs with its image pinned by digest. */
export async function run(context: Context, ports: Ports): Promise<ActionResult> {
  const { inputs, log } = context;
  const source = imageSource(inputs);
  const file = path.relative(context.github.workspace, inputs['task-definition']);
  const definition = parseDefinition(await readDefinition(inputs['task-definition'], file), file);
  await assertAccountAllowed(ports.sts, inputs['allowed-account-ids']);
  const image =
    source.kind === 'registry'
      ? await registryImage(ports.ecr, source.repository, source.digest)
      : await runningImage(ports.ecs, { ...source, container: inputs.container });
  const rendered = renderDefinition(definition, {
    container: inputs.container,
    image: `${image.repositoryUri}@${image.digest}`,
    environment: inputs.environment,
  });
  if (rendered.dropped.length > 0) log.info(`Left out what only ECS writes: ${rendered.dropped.join(', ')}.`);
  context.setOutput('digest', image.digest);
  if (inputs['dry-run']) {
    log.info(
      `Would register a revision of '${String(definition['family'])}' with ${image.digest}. Nothing was changed.`,
    );
    return { outcome: 'planned' };
  }
  return register(context, ports, { definition: rendered.definition, image });
}

async function register(
  context: Context,
  ports: Ports,
  wanted: { definition: Readonly<Record<string, unknown>>; image: PinnedImage },
): Promise<ActionResult> {
  const registered = await ports.ecs.registerTaskDefinition(wanted.definition);
  const reference = `${registered.family}:${registered.revision}`;
  context.setOutput('task-definition', reference);
  context.setOutput('family', registered.family);
  context.setOutput('revision', String(registered.revision));
  context.log.info(`Registered ${reference}: container '${context.inputs.container}' runs ${wanted.image.digest}.`);
  await context.summarise(
    `### Task definition ${reference}\n\n${table(
      ['Container', 'Image digest'],
      registered.containers.map(({ name, image }) => [name, image.split('@')[1] ?? 'not pinned']),
    )}`,
  );
  return { outcome: 'succeeded' };
}

async function readDefinition(file: string, shown: string): Promise<string> {
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
