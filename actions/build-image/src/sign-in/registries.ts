import { readFile } from 'node:fs/promises';
import { ecrRegionOf } from '@slipway/core';
import type { ChosenBuilder } from '../ask-builder.js';
import type { BuildContext } from '../inputs.js';
import { registryOf } from '../registry-of.js';
import { isLoopback } from '../silent-cache.js';
import { readsOf } from '../skip/dockerfile-images.js';

/** EcrRegistry is a registry of ECR's that a build reads, or writes its cache to. */
export interface EcrRegistry {
  /** Host and, where there is one, port. */
  readonly host: string;
  /** Undefined for one whose host does not say it: it may be the registry of the job's own region. */
  readonly region: string | undefined;
  /** Whether the build cannot do without it: a cache it can do without. */
  readonly isNeeded: boolean;
}

/** What a build goes by. */
export interface Planned {
  /** The Dockerfile. */
  readonly file: string;
  /** The builder that there is. */
  readonly current: ChosenBuilder;
}

type Job = Pick<BuildContext, 'inputs' | 'environment'>;

/** ecrRegistriesOf finds the registries of ECR's that a build names: each once. */
export async function ecrRegistriesOf(job: Job, { file, current }: Planned): Promise<readonly EcrRegistry[]> {
  const { inputs } = job;
  const contexts = inputs['build-contexts'];
  const names = Object.keys(contexts);
  const { registries } = readsOf(await readFile(file, 'utf8'), { buildArgs: inputs['build-args'], contexts: names });
  // What a builder of the action's own is made of, where one may be made.
  const builder = inputs.builder === undefined && current.way === 'push' ? [inputs['builder-image']] : [];
  const images = [...Object.values(contexts).flatMap(imageOfContext), ...builder];
  const cache = inputs.cache === 'registry' ? [inputs['cache-to'] ?? ''] : [];
  const needed = new Set([...registries, ...images.flatMap(hostsOf)]);
  const hosts = [...new Set([...needed, ...cache.flatMap(hostsOf)])];
  return hosts.flatMap((host) => {
    const region = ecrRegionOf(host);
    const isEcr = region !== undefined || mayBeStandIn(host, job);
    return isEcr ? [{ host, region, isNeeded: needed.has(host) }] : [];
  });
}

const IMAGE_CONTEXT = 'docker-image://';

function imageOfContext(value: string): readonly string[] {
  return value.startsWith(IMAGE_CONTEXT) ? [value.slice(IMAGE_CONTEXT.length)] : [];
}

function hostsOf(image: string): readonly string[] {
  const host = registryOf(image);
  return host === undefined ? [] : [host];
}

/** Whatever stands in for AWS on this machine has its registry on the loopback address, and only ECR says where. */
function mayBeStandIn(host: string, { environment }: Job): boolean {
  const endpoint = environment['AWS_ENDPOINT_URL_ECR'] || environment['AWS_ENDPOINT_URL'] || '';
  return isLoopback(host) && URL.canParse(endpoint) && isLoopback(new URL(endpoint).host);
}
