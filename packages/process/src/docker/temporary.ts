import { rm } from 'node:fs/promises';
import { messageOf } from '@slipway/core';
import { lastLine, type DockerPort } from './docker.js';

const STATE_FOLDER = 'workFolder';
const STATE_TAG = 'temporaryTag';
const STATE_ENGINE = 'engineArguments';
/** A cancelled step has 7.5 s from SIGINT to SIGTERM; removing a name takes the engine milliseconds. */
const CLEAN_UP_TIMEOUT_MS = 5_000;

/** What of an action's context it takes to write down what has to be removed, and to tell when it cannot be. */
interface Job {
  readonly log: { warning(message: string): void };
  saveState(name: string, value: string): void;
}

/**
 * Temporary is a folder, and a name in the engine, that an action leaves around while it runs; written down for the
 * post step before it is made.
 */
export class Temporary {
  readonly #job: Job;
  readonly #docker: DockerPort;
  readonly #folder: string;
  readonly #engine: readonly string[];
  #tag: string | undefined;

  constructor(job: Job, docker: DockerPort, made: { readonly folder: string; readonly engine: readonly string[] }) {
    this.#job = job;
    this.#docker = docker;
    this.#folder = made.folder;
    this.#engine = made.engine;
    job.saveState(STATE_FOLDER, made.folder);
  }

  /** willTag tells of a name that the engine is about to hold. */
  willTag(reference: string): void {
    this.#tag = reference;
    this.#job.saveState(STATE_ENGINE, JSON.stringify(this.#engine));
    this.#job.saveState(STATE_TAG, reference);
  }

  /** removeTag takes the name from the engine again. */
  async removeTag(): Promise<void> {
    if (this.#tag === undefined) return;
    await removeTag({ docker: this.#docker, engine: this.#engine, tag: this.#tag, log: this.#job.log });
    this.#tag = undefined;
  }

  /** remove removes all of it. */
  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
    await this.removeTag();
  }
}

/** cleanUp removes what a killed main left. Main's own clean-up has usually come first. */
export async function cleanUp(
  context: Pick<Job, 'log'> & { getState(name: string): string },
  docker: DockerPort,
): Promise<void> {
  const folder = context.getState(STATE_FOLDER);
  if (folder !== '') await rm(folder, { recursive: true, force: true });
  const tag = context.getState(STATE_TAG);
  if (tag === '') return;
  const engine = JSON.parse(context.getState(STATE_ENGINE)) as readonly string[];
  await removeTag({ docker, engine, tag, log: context.log });
}

interface TagRemoval {
  readonly docker: DockerPort;
  readonly engine: readonly string[];
  readonly tag: string;
  readonly log: Job['log'];
}

/** Removing our name removes the image only if it has no other. The run's own signal may have been aborted already. */
async function removeTag({ docker, engine, tag, log }: TagRemoval): Promise<void> {
  try {
    const args = [...engine, 'image', 'rm', tag];
    const { exitCode, stderr } = await docker({ args, timeoutMs: CLEAN_UP_TIMEOUT_MS });
    if (exitCode === 0 || stderr.includes('No such image')) return;
    log.warning(`The temporary image name '${tag}' is still on the engine: ${lastLine(stderr)}.`);
  } catch (error) {
    log.warning(`The temporary image name '${tag}' may still be on the engine: ${messageOf(error)}`);
  }
}
