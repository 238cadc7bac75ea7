import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { childEnvironment, runProcess } from '@slipway/process';
import { REPOSITORY } from '@slipway/testkit';
import { ensureBaseImage } from '../../../scripts/base-image.js';
import type { SceneBuild } from './build-scene.js';
import { docker, startContainerBuilder } from './container-builder.js';
import { startWatchedRegistry } from './watched-registry.js';

/** ExportingBuilder is a builder that writes the layout itself, ready to be built with. */
export interface ExportingBuilder {
  /** What a build of the action has to be given to be made by it. */
  readonly chosenBy: Omit<SceneBuild, 'dockerfile'>;
  /** An image with Node that a FROM of its builds can name. */
  readonly base: string;
  close(): Promise<void>;
}

/** EXPORTING_BUILDERS are the kinds that are tried, and how to start one of each. */
export const EXPORTING_BUILDERS: readonly (readonly [string, () => Promise<ExportingBuilder>])[] = [
  ['an engine with the containerd image store', startContainerdEngine],
  ['a builder in a container of its own', startContainerBuilderWithBase],
];

/** ensureContainerdEngine returns the address of an engine that keeps its images in containerd's store. */
export async function ensureContainerdEngine(): Promise<string> {
  const script = path.join(REPOSITORY, 'scripts/ensure-containerd-engine.sh');
  const { exitCode, stdout, stderr } = await runProcess({ file: script, args: [], timeoutMs: 180_000 });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

async function startContainerdEngine(): Promise<ExportingBuilder> {
  const engine = await ensureContainerdEngine();
  const base = await ensureBaseImage();
  await giveImage(base, engine);
  return { chosenBy: { environment: { DOCKER_HOST: engine } }, base, close: () => Promise.resolve() };
}

/** Gives an engine an image that the machine's own has. */
async function giveImage(image: string, engine: string): Promise<void> {
  const env = childEnvironment({ DOCKER_HOST: engine });
  const there = (...args: string[]) => runProcess({ file: 'docker', args, env, timeoutMs: 120_000 });
  if ((await there('image', 'inspect', image)).exitCode === 0) return;
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-image-'));
  try {
    const archive = path.join(folder, 'image.tar');
    await docker('save', image, '--output', archive);
    const { exitCode, stderr } = await there('load', '--input', archive);
    if (exitCode !== 0) throw new Error(`${image} cannot be loaded: ${stderr}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** It sees none of the engine's images, so its base comes from a registry. */
async function startContainerBuilderWithBase(): Promise<ExportingBuilder> {
  const builder = await startContainerBuilder();
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-registry-'));
  const registry = await startWatchedRegistry(folder);
  const close = async (): Promise<void> => {
    await registry.close();
    await rm(folder, { recursive: true, force: true });
    await builder.close();
  };
  try {
    const base = `${registry.host}/base:1`;
    await pushAs(base, await ensureBaseImage());
    return { chosenBy: { inputs: { builder: builder.name } }, base, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function pushAs(reference: string, image: string): Promise<void> {
  await docker('tag', image, reference);
  try {
    await docker('push', '--quiet', reference);
  } finally {
    await docker('image', 'rm', reference);
  }
}
