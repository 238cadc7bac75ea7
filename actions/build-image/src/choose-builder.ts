import { readFile } from 'node:fs/promises';
import type { DockerPort } from '@slipway/process';
import type { ChosenBuilder } from './ask-builder.js';
import { engineArguments } from './builder.js';
import { offersGitHubCache } from './cache.js';
import { beyondEngine } from './decide.js';
import type { BuildContext } from './inputs.js';
import type { OwnBuilder } from './own-builder.js';
import { isOnLoopback } from './silent-cache.js';
import { readsOf } from './skip/dockerfile-images.js';

/** BuilderChoice is what a step is to build with. */
export interface BuilderChoice {
  readonly chosen: ChosenBuilder;
  /** Set where the chosen one is the action's own, and not made yet. */
  readonly own?: {
    /** What the engine's own builder cannot do. */
    readonly reason: string;
    /** What builds where it cannot be made: a cache is worth a builder, and no failure. Without it, the step fails. */
    readonly orElse?: ChosenBuilder;
  };
}

/** What there is to choose from, and for what. */
export interface Choosing {
  readonly current: ChosenBuilder;
  readonly own: OwnBuilder;
  /** The Dockerfile. */
  readonly file: string;
}

/**
 * chooseBuilder takes the builder that there is, but for one case: it is the engine's own, nobody named it, and what is
 * asked is beyond it. Making one costs seconds, so that a build which can do without never waits for it.
 */
export async function chooseBuilder(
  context: Pick<BuildContext, 'inputs' | 'environment' | 'signal' | 'log'>,
  docker: DockerPort,
  { current, own, file }: Choosing,
): Promise<BuilderChoice> {
  const { inputs } = context;
  if (current.way === 'export' || inputs.builder !== undefined) return { chosen: current };
  const builder = { ...current.builder, name: own.name, driver: 'docker-container', error: undefined };
  const chosen = { builder, way: 'export' } as const;
  const asked = beyondEngine(inputs);
  if (asked.length > 0) return { chosen, own: { reason: asked.map((name) => `'${name}'`).join(', ') } };
  if (!wantsCache(context)) return { chosen: current };
  const reason = `'cache: ${inputs.cache}'`;
  const near = inputs.cache === 'auto' ? await imageAtHand(context, docker, { current, file }) : undefined;
  if (near === undefined) return { chosen, own: { reason, orElse: current } };
  context.log.info(`No builder is made for ${reason}: only the engine's own takes '${near}' from where it is.`);
  return { chosen: current };
}

function wantsCache({ inputs, environment }: Pick<BuildContext, 'inputs' | 'environment'>): boolean {
  switch (inputs.cache) {
    case 'none':
      return false;
    case 'auto':
    case 'gha':
      return offersGitHubCache(environment);
    case 'registry':
    case 'local':
      return true;
  }
}

/** An image is looked up on this machine. */
const LOOKUP_TIMEOUT_MS = 15_000;

/**
 * imageAtHand returns an image that the Dockerfile names and that a builder in a container of its own would not find:
 * one that the engine has, which a step before may have built there, or one of a registry on the loopback address.
 */
async function imageAtHand(
  { inputs, signal }: Pick<BuildContext, 'inputs' | 'signal'>,
  docker: DockerPort,
  { current, file }: Pick<Choosing, 'current' | 'file'>,
): Promise<string | undefined> {
  const contexts = Object.keys(inputs['build-contexts']);
  const { images } = readsOf(await readFile(file, 'utf8'), { buildArgs: inputs['build-args'], contexts });
  const near = images.find(isOnLoopback);
  if (near !== undefined) return near;
  const engine = engineArguments(current.builder);
  const inspect = async (image: string): Promise<boolean> => {
    const args = [...engine, 'image', 'inspect', '--format={{.Id}}', '--', image];
    return (await docker({ args, signal, timeoutMs: LOOKUP_TIMEOUT_MS })).exitCode === 0;
  };
  const has = await Promise.all(images.map(inspect));
  return images.find((_image, at) => has[at]);
}
