import path from 'node:path';
import type { GitHubContext, InputsOf } from '@slipway/runtime';
import type { BuildInputs } from './inputs.js';

/** Git's own short form shows 7 digits and more as a repository grows; 12 stay unique in the largest known. */
const SHORT_COMMIT_LENGTH = 12;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** What the source of a build is called. */
export interface Source {
  /** The commit, when one is known. */
  readonly revision: string | undefined;
  readonly version: string;
}

/**
 * revisionOf returns the commit that an image is made of. On a pull request GITHUB_SHA is a merge commit that
 * nobody will find again; the head of the branch is what its author wrote, and the event names it.
 */
export function revisionOf(github: Pick<GitHubContext, 'eventName' | 'sha'>, event: unknown): string | undefined {
  const head = github.eventName?.startsWith('pull_request')
    ? member(event, ['pull_request', 'head', 'sha'])
    : undefined;
  return typeof head === 'string' && COMMIT.test(head) ? head : github.sha;
}

/** versionOf returns the version: what was asked for, else the commit's first digits, else `dev`. */
export function versionOf(asked: string | undefined, revision: string | undefined): string {
  return asked ?? revision?.slice(0, SHORT_COMMIT_LENGTH) ?? 'dev';
}

/** labelsOf returns the image's labels; the user's own win. */
export function labelsOf(
  source: Source,
  github: Pick<GitHubContext, 'repository' | 'serverUrl'>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  return {
    ...(source.revision === undefined ? {} : { 'org.opencontainers.image.revision': source.revision }),
    ...(github.repository ? { 'org.opencontainers.image.source': `${github.serverUrl}/${github.repository}` } : {}),
    'org.opencontainers.image.version': source.version,
    ...own,
  };
}

/** Where the build leaves its result: in a layout that the builder writes, or in the engine's own store. */
export type Destination =
  | { readonly kind: 'layout'; readonly directory: string; readonly metadataFile: string }
  | { readonly kind: 'engine'; readonly reference: string; readonly idFile: string };

/** Everything that the builder is told. */
export interface BuildOrder {
  readonly inputs: InputsOf<BuildInputs>;
  readonly labels: Readonly<Record<string, string>>;
  readonly file: string;
  readonly destination: Destination;
}

/**
 * buildArguments writes the order as arguments of `docker`. Each value stands in one argument with its option
 * (`--target=final`) and the context behind `--`, so that no value can be read as an option of its own.
 */
export function buildArguments({ inputs, labels, file, destination }: BuildOrder): string[] {
  const pairs = (option: string, map: Readonly<Record<string, string>>): string[] =>
    Object.entries(map).map(([key, value]) => `--${option}=${key}=${value}`);
  return [
    'buildx',
    'build',
    ...(inputs.builder === undefined ? [] : [`--builder=${inputs.builder}`]),
    '--progress=plain',
    // An attestation turns the image into an index with a manifest that no platform runs.
    '--provenance=false',
    '--sbom=false',
    ...destinationArguments(destination),
    `--file=${file}`,
    ...(inputs.target === undefined ? [] : [`--target=${inputs.target}`]),
    ...(inputs['no-cache'] ? ['--no-cache'] : []),
    ...(inputs.pull ? ['--pull'] : []),
    ...pairs('build-arg', inputs['build-args']),
    ...pairs('label', labels),
    '--',
    inputs.context,
  ];
}

function destinationArguments(destination: Destination): string[] {
  switch (destination.kind) {
    case 'layout':
      return [
        // The option is a line of CSV: a field that holds a comma or a quote has to be quoted.
        `--output=type=oci,${csvField(`dest=${destination.directory}`)},tar=false`,
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

function member(value: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>)[name] : undefined,
    value,
  );
}
