import path from 'node:path';
import type { InputsOf } from '@slipway/runtime';
import type { BuildInputs } from './inputs.js';

/** Where the build leaves its result: in a layout that the builder writes, or in the engine's own store. */
export type Destination =
  | { readonly kind: 'layout'; readonly directory: string; readonly metadataFile: string }
  | { readonly kind: 'engine'; readonly reference: string; readonly idFile: string };

/** What of the environment the cache of GitHub needs, and where a cache lies. */
export type Cache =
  | { readonly kind: 'none' }
  | { readonly kind: 'gha'; readonly scope: string; readonly minutes: number }
  | { readonly kind: 'registry'; readonly reference: string }
  | { readonly kind: 'local'; readonly folder: string };

/** Everything that the builder is told. */
export interface BuildOrder {
  readonly inputs: InputsOf<BuildInputs>;
  readonly labels: Readonly<Record<string, string>>;
  readonly file: string;
  readonly destination: Destination;
  readonly cache: Cache;
  /** What buildx calls the builder; undefined for the current one. */
  readonly builder: string | undefined;
  /** Seconds since the epoch; absent when the build need not be reproducible. */
  readonly sourceDateEpoch?: number;
}

/**
 * buildArguments writes the order as arguments of `docker`. Each value stands in one argument with its option
 * (`--target=final`) and the context behind `--`, so that no value can be read as an option of its own.
 */
export function buildArguments(order: BuildOrder): string[] {
  const { inputs, labels, destination, sourceDateEpoch } = order;
  return [
    ...commonArguments(order),
    // An attestation turns the image into an index with a manifest that no platform runs.
    `--provenance=${inputs.provenance === 'off' ? 'false' : `mode=${inputs.provenance}`}`,
    `--sbom=${inputs.sbom}`,
    ...destinationArguments(destination, sourceDateEpoch !== undefined),
    ...(inputs.target === undefined ? [] : [`--target=${inputs.target}`]),
    ...pairs('label', labels),
    ...pairs('annotation', annotationsFor(inputs)),
    ...cacheTo(order.cache),
    '--',
    inputs.context,
  ];
}

/** unitTestArguments writes the build of the stage that holds the unit tests; its result is thrown away. */
export function unitTestArguments(order: BuildOrder, target: string): string[] {
  const attestations = ['--provenance=false', '--sbom=false'];
  return [
    ...commonArguments(order),
    ...attestations,
    '--output=type=cacheonly',
    `--target=${target}`,
    '--',
    order.inputs.context,
  ];
}

function commonArguments({ inputs, file, cache, builder, sourceDateEpoch }: BuildOrder): string[] {
  const epoch = sourceDateEpoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(sourceDateEpoch) };
  return [
    'buildx',
    'build',
    ...(builder === undefined ? [] : [`--builder=${builder}`]),
    '--progress=plain',
    `--file=${file}`,
    ...(inputs.platforms.length === 0 ? [] : [`--platform=${inputs.platforms.join(',')}`]),
    ...(inputs['no-cache'] ? ['--no-cache'] : []),
    ...(inputs.pull ? ['--pull'] : []),
    ...pairs('build-arg', { ...epoch, ...inputs['build-args'] }),
    ...pairs('build-context', inputs['build-contexts']),
    ...secretArguments(inputs),
    ...inputs.ssh.map((one) => `--ssh=${one}`),
    ...cacheFrom(cache),
  ];
}

function pairs(option: string, map: Readonly<Record<string, string>>): string[] {
  return Object.entries(map).map(([key, value]) => `--${option}=${key}=${value}`);
}

/** An index has the annotations too: whoever looks at the image looks at it first. */
function annotationsFor({ annotations, platforms, provenance, sbom }: BuildOrder['inputs']): Record<string, string> {
  const isIndex = platforms.length > 1 || provenance !== 'off' || sbom;
  const ofIndex = Object.entries(annotations).map(([key, value]) => [`index:${key}`, value] as const);
  return { ...annotations, ...(isIndex ? Object.fromEntries(ofIndex) : {}) };
}

/** secretVariable names the variable by which a secret reaches the builder. */
export function secretVariable(at: number): string {
  return `SLIPWAY_BUILD_SECRET_${at}`;
}

/** Values travel in the client's environment: an argument could be read by every process of the machine. */
function secretArguments(inputs: BuildOrder['inputs']): string[] {
  return [
    ...Object.keys(inputs.secrets).map((id, at) => `--secret=${csvField(`id=${id}`)},env=${secretVariable(at)}`),
    ...Object.entries(inputs['secret-envs']).map(
      ([id, name]) => `--secret=${csvField(`id=${id}`)},${csvField(`env=${name}`)}`,
    ),
    ...Object.entries(inputs['secret-files']).map(
      ([id, file]) => `--secret=${csvField(`id=${id}`)},${csvField(`src=${file}`)}`,
    ),
  ];
}

/** Where layers come from; what cannot be read is built. */
function cacheFrom(cache: Cache): string[] {
  switch (cache.kind) {
    case 'none':
      return [];
    case 'gha':
      return [`--cache-from=type=gha,scope=${cache.scope},timeout=${cache.minutes}m`];
    case 'registry':
      return [`--cache-from=type=registry,${csvField(`ref=${cache.reference}`)}`];
    case 'local':
      return [`--cache-from=type=local,${csvField(`src=${cache.folder}`)}`];
  }
}

/** Only what fails for ever may fail a build: a cache that cannot be written is left unwritten. */
function cacheTo(cache: Cache): string[] {
  switch (cache.kind) {
    case 'none':
      return [];
    case 'gha':
      return [`--cache-to=type=gha,scope=${cache.scope},mode=max,ignore-error=true,timeout=${cache.minutes}m`];
    case 'registry':
      return [
        `--cache-to=type=registry,${csvField(`ref=${cache.reference}`)},mode=max,ignore-error=true,image-manifest=true,oci-mediatypes=true`,
      ];
    case 'local':
      return [`--cache-to=type=local,${csvField(`dest=${cache.folder}`)},mode=max,ignore-error=true`];
  }
}

function destinationArguments(destination: Destination, isReproducible: boolean): string[] {
  switch (destination.kind) {
    case 'layout':
      return [
        // The option is a line of CSV: a field that holds a comma or a quote has to be quoted.
        `--output=type=oci,${csvField(`dest=${destination.directory}`)},tar=false${isReproducible ? ',rewrite-timestamp=true' : ''}`,
        `--metadata-file=${destination.metadataFile}`,
      ];
    case 'engine':
      return ['--load', `--tag=${destination.reference}`, `--iidfile=${destination.idFile}`];
  }
}

function csvField(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Parts of a name that say that its value is one to keep. */
const SECRET_NAME = /(?:^|_)(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)(?:$|_)/i;

/** secretLookingNames returns the build arguments that, by their names, should not be build arguments. */
export function secretLookingNames(buildArgs: Readonly<Record<string, string>>): string[] {
  return Object.keys(buildArgs).filter((name) => SECRET_NAME.test(name));
}

/** dockerfileOf returns the Dockerfile's path. */
export function dockerfileOf(inputs: Pick<InputsOf<BuildInputs>, 'context' | 'file'>): string {
  return inputs.file ?? path.join(inputs.context, 'Dockerfile');
}
