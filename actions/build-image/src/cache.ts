import { createHash } from 'node:crypto';
import path from 'node:path';
import { SlipwayError } from '@slipway/core';
import type { ChosenBuilder } from './ask-builder.js';
import type { BuildContext } from './inputs.js';
import { dockerfileOf, type Cache } from './plan.js';
import { addressesOf, type IsSilent } from './silent-cache.js';

/** What buildx reads of a runner's environment for GitHub's cache. Runners give it to JavaScript actions alone. */
const GHA_VARIABLES = [
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_RESULTS_URL',
  'ACTIONS_CACHE_URL',
  'ACTIONS_CACHE_SERVICE_V2',
] as const;

/** A cache, what the builder needs for it in its environment, and why there is none where one was wanted. */
export interface CacheChoice {
  readonly cache: Cache;
  readonly environment: Readonly<Record<string, string>>;
  readonly instead?: string;
}

/** chooseCache decides where layers are kept. @throws SlipwayError INPUT_INVALID */
export function chooseCache(
  { inputs, environment, github }: Pick<BuildContext, 'inputs' | 'environment' | 'github'>,
  { way }: ChosenBuilder,
): CacheChoice {
  const none = (instead?: string): CacheChoice => ({
    cache: { kind: 'none' },
    environment: {},
    ...(instead === undefined ? {} : { instead }),
  });
  const kind = inputs.cache;
  if (kind === 'none') return none();
  const given = ghaEnvironment(environment);
  if (way === 'push') return none("the engine's own builder cannot write a cache");
  if (kind === 'auto' || kind === 'gha') {
    if (!given) return none("this runner does not offer GitHub's cache");
    const cache = { kind: 'gha', scope: scopeOf({ inputs, github }), minutes: inputs['cache-minutes'] } as const;
    return { cache, environment: given };
  }
  const to = inputs['cache-to'];
  if (to === undefined) throw noPlace(kind);
  const cache: Cache =
    kind === 'registry' ? { kind, reference: to } : { kind: 'local', folder: path.resolve(github.workspace, to) };
  return { cache, environment: {} };
}

/** Drivers whose builders are elsewhere: what does not answer here may answer there. */
const ELSEWHERE: readonly string[] = ['remote', 'kubernetes'];

/** settleCache decides where layers are kept, and says so where there is no cache: a warning where one was asked for. */
export async function settleCache(
  context: Pick<BuildContext, 'inputs' | 'environment' | 'github' | 'log' | 'signal'>,
  chosen: ChosenBuilder,
  isSilent: IsSilent,
): Promise<Pick<CacheChoice, 'cache' | 'environment'>> {
  const { instead, ...choice } = chooseCache(context, chosen);
  const asked = ELSEWHERE.includes(chosen.builder.driver) ? [] : addressesOf(choice);
  const silences = await Promise.all(asked.map((address) => isSilent(address, context.signal)));
  const silent = asked.find((_address, at) => silences[at]);
  if (silent) {
    context.log.warning(`The build goes without a cache: '${silent.host}' takes connections and does not answer.`);
    return { cache: { kind: 'none' }, environment: {} };
  }
  if (instead !== undefined) {
    const words = `The build goes without a cache: ${instead}.`;
    if (context.inputs.cache === 'auto') context.log.info(words);
    else context.log.warning(words);
  }
  return choice;
}

/** A repository's images have a scope each, or the last one that is built in a run would be the only one that is kept. */
function scopeOf({ inputs, github }: Pick<BuildContext, 'inputs' | 'github'>): string {
  const places = [inputs.context, dockerfileOf(inputs)].map((place) => path.relative(github.workspace, place));
  const hash = createHash('sha256').update(JSON.stringify([...places, inputs.target ?? '']));
  return `slipway-${hash.digest('hex').slice(0, 16)}`;
}

/** offersGitHubCache tells whether this runner has GitHub's cache for the builder. */
export function offersGitHubCache(environment: BuildContext['environment']): boolean {
  return ghaEnvironment(environment) !== undefined;
}

function ghaEnvironment(environment: BuildContext['environment']): Record<string, string> | undefined {
  const given = GHA_VARIABLES.flatMap((name) => (environment[name] ? [[name, environment[name]] as const] : []));
  const found = Object.fromEntries(given);
  const hasPlace = 'ACTIONS_RESULTS_URL' in found || 'ACTIONS_CACHE_URL' in found;
  return 'ACTIONS_RUNTIME_TOKEN' in found && hasPlace ? found : undefined;
}

function noPlace(kind: string): SlipwayError {
  return new SlipwayError({
    code: 'INPUT_INVALID',
    message: `1 input is missing or malformed:\n  - 'cache-to' is required with 'cache: ${kind}' and not set.`,
    hint: "Give an image reference for 'registry', a folder in the workspace for 'local'.",
  });
}
