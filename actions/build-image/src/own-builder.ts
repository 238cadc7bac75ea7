import { createHash } from 'node:crypto';
import { messageOf, SlipwayError } from '@slipway/core';
import { lastLine, type DockerPort } from '@slipway/process';
import { builderNotMade } from './errors.js';
import type { BuildContext } from './inputs.js';

const STATE_BUILDER = 'ownBuilder';
/** The image of a builder is some 100 MB; a registry that needs longer for it is one that does not answer. */
const MAKE_TIMEOUT_MS = 180_000;
/** A builder that is removed is killed, not asked to end. */
const REMOVE_TIMEOUT_MS = 30_000;
/** A cancelled step has 7.5 s from SIGINT to SIGTERM; what it leaves, the post step removes. */
const GIVE_UP_TIMEOUT_MS = 5_000;

type Job = Pick<BuildContext, 'inputs' | 'github' | 'environment' | 'log' | 'signal' | 'clock' | 'saveState'>;

/**
 * OwnBuilder is a builder in a container of its own, which the action makes where the engine's own will not do. All steps
 * of a job that need one use the same: it is made by the first of them, and removed by the post step of that one.
 */
export class OwnBuilder {
  /** What buildx calls it, whether it is made or not. */
  readonly name: string;
  readonly #job: Job;
  readonly #docker: DockerPort;
  #isMade = false;

  constructor(job: Job, docker: DockerPort) {
    this.name = nameFor(job);
    this.#job = job;
    this.#docker = docker;
  }

  /** Whether this step has made it, or taken over what a step before made: the builds from then on are its own. */
  get isMade(): boolean {
    return this.#isMade;
  }

  /** make sees to it that the builder is there and runs. @throws SlipwayError BUILD_BUILDER_NOT_MADE, PROCESS_ABORTED */
  async make(): Promise<void> {
    const { inputs, log, clock } = this.#job;
    const begun = clock.now();
    const isThere = (await this.#buildx(['inspect', '--bootstrap', '--', this.name])) === undefined;
    if (!isThere) await this.#create(inputs['builder-image']);
    this.#isMade = true;
    const seconds = ((clock.now() - begun) / 1000).toFixed(1);
    log.info(
      isThere
        ? `The builder '${this.name}' is used, which a step before this one made.`
        : `Made the builder '${this.name}' of '${inputs['builder-image']}' in ${seconds} s; it is removed at the job's end.`,
    );
  }

  async #create(image: string): Promise<void> {
    this.#job.saveState(STATE_BUILDER, this.name);
    const made = [`--name=${this.name}`, '--driver=docker-container', `--driver-opt=image=${image}`, '--bootstrap'];
    const trouble = await this.#job.log.group('Make a builder', () => this.#buildx(['create', ...made]));
    if (trouble === undefined) return;
    await this.#docker({ args: removal(this.name), timeoutMs: GIVE_UP_TIMEOUT_MS }).catch(() => undefined);
    throw builderNotMade(image, trouble);
  }

  /** Returns why it failed; undefined when it did not. */
  async #buildx(args: readonly string[]): Promise<string | undefined> {
    const { signal, log } = this.#job;
    const onLine = (line: string): void => log.untrusted(line);
    try {
      const told = args[0] === 'create' ? { onLine } : {};
      const call = { args: ['buildx', ...args], signal, timeoutMs: MAKE_TIMEOUT_MS, ...told };
      const { exitCode, stderr } = await this.#docker(call);
      return exitCode === 0 ? undefined : lastLine(stderr);
    } catch (error) {
      if (!(error instanceof SlipwayError) || error.code !== 'PROCESS_TIMED_OUT') throw error;
      return `it took longer than ${MAKE_TIMEOUT_MS / 60_000} minutes`;
    }
  }
}

/** Of one job: another one on the same machine, or for another engine or image, has another name. */
function nameFor({ inputs, github, environment }: Job): string {
  const job = [github.runId, github.runAttempt, environment['GITHUB_JOB'], environment['RUNNER_NAME'], github.temp];
  const engine = [environment['DOCKER_HOST'], environment['DOCKER_CONTEXT'], inputs['builder-image']];
  const hash = createHash('sha256').update(JSON.stringify([...job, ...engine]));
  return `slipway-${hash.digest('hex').slice(0, 16)}`;
}

function removal(name: string): readonly string[] {
  return ['buildx', 'rm', '--force', name];
}

/** removeOwnBuilder removes, in the post step, the builder that this step made: its container, and the volume with its cache. */
export async function removeOwnBuilder(
  { getState, log }: Pick<BuildContext, 'getState' | 'log'>,
  docker: DockerPort,
): Promise<void> {
  const name = getState(STATE_BUILDER);
  if (name === '') return;
  try {
    const { exitCode, stderr } = await docker({ args: removal(name), timeoutMs: REMOVE_TIMEOUT_MS });
    // It could not be made, and was removed at once.
    if (exitCode === 0 || /no builder .* found/.test(stderr)) return;
    log.warning(`The builder '${name}' is still there: ${lastLine(stderr)}.`);
  } catch (error) {
    log.warning(`The builder '${name}' may still be there: ${messageOf(error)}`);
  }
}
