import { SlipwayError } from '@slipway/core';
import { lastLine, type DockerCall, type DockerPort, type RunResult } from '@slipway/process';
import { readBuilder, readEngine, wayFor, type Builder, type Way } from './builder.js';
import { builderNotFound, buildxMissing, engineMissing } from './errors.js';

/** The builder that will be used, and how its result comes out. */
export interface ChosenBuilder {
  readonly builder: Builder;
  readonly way: Way;
}

/** Questions are answered at once; a remote engine that is being woken up may take some seconds. */
const QUESTION_TIMEOUT_MS = 60_000;

/**
 * askBuilder finds out what there is to build with.
 *
 * @throws SlipwayError BUILD_ENGINE_MISSING, BUILD_BUILDX_MISSING, BUILD_BUILDER_NOT_FOUND
 */
export async function askBuilder(
  docker: DockerPort,
  name: string | undefined,
  signal: AbortSignal,
): Promise<ChosenBuilder> {
  const unneeded = new AbortController();
  const ask = (args: readonly string[], until = signal) =>
    question(docker, { args, signal: until, timeoutMs: QUESTION_TIMEOUT_MS });
  // Most need both answers: they are asked for at once.
  const asked = ask(['info', '--format', '{{json .}}'], AbortSignal.any([signal, unneeded.signal]));
  asked.catch(() => undefined);
  const inspection = await ask(['buildx', 'inspect', ...(name === undefined ? [] : ['--', name])]);
  if (inspection.exitCode !== 0 && (await ask(['buildx', 'version'])).exitCode !== 0) throw buildxMissing();
  const builder = readBuilder(inspection.stdout);
  try {
    return await choose(builder, inspection, { name, info: asked });
  } finally {
    unneeded.abort();
  }
}

/** The engine is asked about by those builders alone that are its own. */
async function choose(
  builder: Builder,
  inspection: RunResult,
  { name, info: asked }: { readonly name: string | undefined; readonly info: Promise<RunResult> },
): Promise<ChosenBuilder> {
  // An engine that is down leaves the driver empty; buildx exits 0 all the same.
  if (builder.driver !== 'docker' && builder.driver !== '') return { builder, way: wayFor(builder, undefined) };
  if (inspection.exitCode !== 0) throw builderNotFound(name, lastLine(inspection.stderr));
  const info = await asked;
  const engine = readEngine(info.stdout);
  if (!engine) throw engineMissing(builder.error ?? lastLine(info.stderr));
  if (builder.driver === '') throw builderNotFound(name, builder.error ?? 'it does not answer');
  return { builder, way: wayFor(builder, engine) };
}

async function question(docker: DockerPort, call: DockerCall) {
  try {
    return await docker(call);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    if (error.code === 'PROCESS_NOT_STARTED') throw engineMissing("there is no 'docker' on PATH", error);
    if (error.code === 'PROCESS_TIMED_OUT') throw engineMissing('it does not answer', error);
    throw error;
  }
}
