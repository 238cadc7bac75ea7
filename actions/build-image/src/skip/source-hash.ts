import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '@slipway/core';
import type { ChosenBuilder } from '../ask-builder.js';
import { engineArguments } from '../builder.js';
import type { DockerPort } from '@slipway/process';
import type { BuildContext } from '../inputs.js';
import { digestOfImage } from './base-images.js';
import { hashFolder, ignoreFile } from './context-files.js';
import { readsOf } from './dockerfile-images.js';

/** The hash of what a build reads, or why there is none. */
export type SourceHash =
  { readonly kind: 'known'; readonly hash: string } | { readonly kind: 'unknown'; readonly why: string };

/** Raised when the hash is made otherwise of the same things: images with the older one are then not found any more. */
const FORM = 'slipway-source-1';

/** What is to be built, and by whom. */
export interface Planned {
  /** The Dockerfile. */
  readonly file: string;
  readonly chosen: ChosenBuilder;
}

type Inputs = BuildContext['inputs'];
type Job = Pick<BuildContext, 'inputs' | 'github' | 'signal'>;

/**
 * hashSource hashes everything that a build reads. What it cannot know makes it unknown, never a guess. Of secrets it
 * takes that they are there: no value of one goes into the hash, which anybody who may pull the image can read.
 */
export async function hashSource(job: Job, planned: Planned, docker: DockerPort): Promise<SourceHash> {
  try {
    return await hashOf(job, planned, docker);
  } catch (error) {
    job.signal.throwIfAborted();
    return { kind: 'unknown', why: messageOf(error) };
  }
}

async function hashOf(
  { inputs, github, signal }: Job,
  { file, chosen }: Planned,
  docker: DockerPort,
): Promise<SourceHash> {
  const dockerfile = await readFile(file, 'utf8');
  const contexts = await readContexts(inputs['build-contexts'], github.workspace);
  const names = Object.keys(inputs['build-contexts']);
  const reads = readsOf(dockerfile, { buildArgs: inputs['build-args'], contexts: names });
  const platforms = inputs.platforms.length > 0 ? inputs.platforms : [chosen.builder.platform ?? ''];
  const platformUnknown = platforms.includes('') ? "it is not known which platform is the builder's own" : undefined;
  const unknown = reads.unknown ?? contexts.unknown ?? platformUnknown;
  if (unknown !== undefined) return { kind: 'unknown', why: unknown };
  // The engine's own builder takes an image that the engine has, unless it shall ask the registry.
  const ownFirst = chosen.builder.driver === 'docker' && !inputs.pull;
  const engine = ownFirst ? engineArguments(chosen.builder) : undefined;
  const images = [...new Set([...reads.images, ...contexts.images])];
  const [context, ...digests] = await Promise.all([
    ignoreFile(inputs.context, file).then((ignored) => hashFolder(inputs.context, ignored)),
    ...images.map((image) => digestOfImage(image, { docker, signal, engine })),
  ]);
  const missing = images.find((_image, at) => digests[at] === undefined);
  if (missing !== undefined) return { kind: 'unknown', why: `no registry tells the digest of '${missing}'` };
  const bases = images.map((image, at) => [image, digests[at]]);
  const read = { dockerfile, context, contexts: contexts.folders, bases, platforms };
  const hash = createHash('sha256').update(JSON.stringify([FORM, read, settingsOf(inputs)]));
  return { kind: 'known', hash: hash.digest('hex') };
}

/** Everything else that changes the image, or what was proved of it. Maps in one order, however they were written. */
function settingsOf(inputs: Inputs): unknown {
  const sorted = (map: Readonly<Record<string, string>>) => Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
  const secrets = [inputs.secrets, inputs['secret-envs'], inputs['secret-files']].flatMap((map) => Object.keys(map));
  return {
    buildArgs: sorted(inputs['build-args']),
    labels: sorted(inputs.labels),
    annotations: sorted(inputs.annotations),
    target: inputs.target,
    // An image whose unit tests ran is not the same as one whose did not.
    unitTestTarget: inputs['unit-test-target'],
    reproducible: inputs.reproducible,
    provenance: inputs.provenance,
    sbom: inputs.sbom,
    secrets: secrets.sort(),
    ssh: inputs.ssh.map((one) => one.split('=')[0]).sort(),
  };
}

interface Contexts {
  /** Name and hash of each folder, or the value itself where it says what it is. */
  readonly folders: readonly (readonly [string, string])[];
  readonly images: readonly string[];
  readonly unknown: string | undefined;
}

const IMAGE_CONTEXT = 'docker-image://';
const PINNED_LAYOUT = /^oci-layout:\/\/.+@sha256:[0-9a-f]{64}$/;

async function readContexts(given: Readonly<Record<string, string>>, workspace: string): Promise<Contexts> {
  const folders: (readonly [string, string])[] = [];
  const images: string[] = [];
  let unknown: string | undefined;
  for (const [name, value] of Object.entries(given).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const folder = path.resolve(workspace, value);
    if (value.startsWith(IMAGE_CONTEXT)) {
      folders.push([name, value]);
      images.push(value.slice(IMAGE_CONTEXT.length));
    } else if (PINNED_LAYOUT.test(value)) folders.push([name, value.slice(value.lastIndexOf('@'))]);
    // All of it: whether a .dockerignore in it holds depends on the builder's version.
    else if ((await stat(folder).catch(() => undefined))?.isDirectory())
      folders.push([name, await hashFolder(folder, '')]);
    else unknown ??= `what the build context '${name}' holds is not known before the build`;
  }
  return { folders, images, unknown };
}
