import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, SlipwayError, type Clock } from '@slipway/core';
import { lastLine, type DockerPort } from '@slipway/process';
import type { Log } from '@slipway/runtime';
import type { ChosenBuilder } from './ask-builder.js';
import { readBuildFailure, type BuildFailure } from './build-log.js';
import type { CachePatience } from './cache-patience.js';
import { watchBuild } from './build-watch.js';
import { builderStuck } from './errors.js';
import type { OwnBuilder } from './own-builder.js';
import type { BuildOrder, Cache } from './plan.js';
import type { StepReader } from './steps.js';

/** What a run of buildx is told, and where it tells of itself. */
export interface Invoked {
  readonly order: Omit<BuildOrder, 'destination' | 'builder'>;
  readonly chosen: ChosenBuilder;
  /** The action's own builder, which builds once it is made. */
  readonly own: OwnBuilder;
  /** Secrets and the runner's cache: what the builder's client sees, and no other program. */
  readonly environment: Readonly<Record<string, string>>;
  /** Told of each line of the builder's progress. */
  readonly steps: StepReader;
  /** A folder that does not exist; removed by whoever named it. */
  readonly workFolder: string;
  /** Where annotations count from. */
  readonly workspace: string;
  readonly log: Log;
  readonly clock: Clock;
  /** The time that the cache may cost, of all builds of this run. */
  readonly patience: CachePatience;
  readonly signal: AbortSignal;
}

/** layoutFolder returns where in its working folder a build leaves the layout. */
export function layoutFolder(workFolder: string): string {
  return path.join(workFolder, 'layout');
}

/** Invocation is one build of an order: its arguments, and how the log names it. */
export interface Invocation {
  readonly args: (order: Omit<BuildOrder, 'destination'>) => readonly string[];
  readonly title: string;
}

/**
 * runBuildx builds, a second time without the cache where that was to blame, on a builder of the action's own where the one
 * there is cannot be freed of it; and returns why it failed, undefined when it did not. The line that failed is annotated.
 *
 * @throws SlipwayError BUILD_BUILDER_STUCK
 */
export async function runBuildx(
  docker: DockerPort,
  build: Invoked,
  call: Invocation,
): Promise<BuildFailure | undefined> {
  const { order, patience } = build;
  const hasCache = order.cache.kind !== 'none' && !patience.isOver;
  const args = argumentsOf(build, call, hasCache ? order.cache : NO_CACHE);
  const first = await attempt(docker, build, { title: call.title, args });
  const trouble = hasCache ? cacheTroubleOf(first) : undefined;
  if (trouble === undefined) return failureOf(build, first);
  build.log.warning(`The cache failed, and the build was begun again without it: ${trouble}`);
  build.steps.cacheTold();
  patience.end();
  await rm(layoutFolder(build.workFolder), { recursive: true, force: true });
  if (first.kind === 'hung') await freeBuilder(docker, build);
  const title = `${call.title}, without the cache`;
  const again = () => attempt(docker, build, { title, args: argumentsOf(build, call, NO_CACHE), mustBegin: true });
  const second = await again();
  const isReplaced = second.kind === 'hung' && (await replaceBuilder(build, second.step));
  return failureOf(build, isReplaced ? await again() : second);
}

/** replaceBuilder makes one for what is left to build: the other waits for the cache, and begins nothing. */
async function replaceBuilder({ own, chosen, log }: Invoked, step: string): Promise<boolean> {
  if (own.isMade) return false;
  log.info(`The builder '${chosen.builder.name}' hangs in ${step}: the build goes to one that this step makes.`);
  try {
    await own.make();
    return true;
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== 'BUILD_BUILDER_NOT_MADE') throw error;
    log.info(error.message);
    return false;
  }
}

const NO_CACHE = { kind: 'none' } as const;

function argumentsOf({ order, own }: Invoked, call: Invocation, cache: Cache): readonly string[] {
  return call.args({ ...order, cache, builder: own.isMade ? own.name : order.inputs.builder });
}

async function failureOf(
  { log, order, workspace, chosen, own }: Invoked,
  end: AttemptEnd,
): Promise<BuildFailure | undefined> {
  if (end.kind === 'built') return undefined;
  if (end.kind === 'hung') throw builderStuck(own.isMade ? own.name : chosen.builder.name, end.step);
  const failure = readBuildFailure(end.lines, await readFile(order.file, 'utf8'));
  if (failure.line !== undefined) {
    const file = path.relative(workspace, order.file);
    const text = [failure.message, ...failure.tail].join('\n');
    log.error(text, { file, startLine: failure.line, title: failure.step ?? 'The build failed' });
  }
  return failure;
}

/**
 * freeBuilder ends a builder that waits for a cache: it would begin no other build until that connection ends. The next
 * build starts it again. Only one in a container of its own can be ended so, and what it has is kept.
 */
async function freeBuilder(docker: DockerPort, { chosen, signal, log }: Invoked): Promise<void> {
  const { name, driver } = chosen.builder;
  if (driver !== 'docker-container') return;
  try {
    const stop = { args: ['buildx', 'stop', '--', name], signal, timeoutMs: STOP_TIMEOUT_MS };
    const { exitCode, stderr } = await docker(stop);
    log.info(exitCode === 0 ? `The builder '${name}' was stopped, to free it.` : lastLine(stderr));
  } catch (error) {
    signal.throwIfAborted();
    // The build is tried all the same: a builder that is stuck for good is found out there.
    log.info(messageOf(error));
  }
}

/** Docker gives a container ten seconds to end. */
const STOP_TIMEOUT_MS = 60_000;

type AttemptEnd =
  | { readonly kind: 'built' }
  | { readonly kind: 'failed'; readonly lines: readonly string[] }
  | { readonly kind: 'hung'; readonly step: string };

/** What a builder says that takes no cache as it is given: a token that it cannot read, a kind that it does not know. */
const CACHE_REFUSED = /\bcache (?:im|ex)porter\b|\bcache export\b/i;

/** Why a build ended for the cache's sake; undefined when it did not. */
function cacheTroubleOf(end: AttemptEnd): string | undefined {
  if (end.kind === 'hung') return `'${end.step}' took too long`;
  const last = end.kind === 'failed' ? end.lines.findLast((line) => line.startsWith('ERROR: ')) : undefined;
  return last !== undefined && CACHE_REFUSED.test(last) ? lastLine(last) : undefined;
}

/** The end of a long build is what tells of its failure; its beginning is in the job's log. */
const KEPT_LINES = 2_000;

interface Attempt {
  readonly args: readonly string[];
  readonly title: string;
  /** Whether the builder may not begin at all. */
  readonly mustBegin?: boolean;
}

async function attempt(
  docker: DockerPort,
  { log, signal, environment, steps, clock, patience }: Invoked,
  { args, title, mustBegin = false }: Attempt,
): Promise<AttemptEnd> {
  const watch = watchBuild({ steps: steps.begin(), clock, patience, signal, mustBegin });
  const lines: string[] = [];
  const onLine = (line: string): void => {
    log.untrusted(line);
    steps.read(line);
    watch.look();
    lines.push(line);
    if (lines.length > 2 * KEPT_LINES) lines.splice(0, KEPT_LINES);
  };
  try {
    const result = await log.group(title, () => docker({ args, signal: watch.signal, onLine, environment }));
    return result.exitCode === 0 ? { kind: 'built' } : { kind: 'failed', lines };
  } catch (error) {
    if (watch.hung === undefined || signal.aborted || !(error instanceof SlipwayError)) throw error;
    return { kind: 'hung', step: watch.hung };
  } finally {
    watch.close();
  }
}
