import { taskDefinitionOutputOnly, type DescribedDefinition, type TaskDefinitionsPort } from '@slipway/aws';
import { SlipwayError, type Clock } from '@slipway/core';
import { cleanDefinition, isSame, type JsonObject } from '@slipway/task-definition';
import { translated } from './register-errors.js';

/** ECS registers one definition a second, twenty in a burst; five minutes outlast what a busy account sends. */
const DEADLINE_MS = 300_000;
/** The first wait is up to a second, each further one up to twice as long, and none longer than this. */
const LONGEST_WAIT_MS = 20_000;
const FIRST_WAIT_MS = 1_000;

/** What registering needs of its surroundings. */
export interface Surroundings {
  readonly definitions: TaskDefinitionsPort;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** From 0 to 1, 1 excepted. */
  readonly random: () => number;
}

/** sameRevision tells whether a revision means the same to ECS as a definition. */
export function sameRevision(definition: JsonObject, revision: DescribedDefinition): boolean {
  return isSame(definition, cleanDefinition(revision.definition, taskDefinitionOutputOnly()).value);
}

/**
 * register registers a definition. A throttled call was not made and is made again, after waits that grow and are
 * jittered, until the deadline, which leaves at least ten tries. Of a call without an answer nobody knows whether it
 * took effect: before it is made again, the latest revision is looked at.
 */
export async function register(
  surroundings: Surroundings,
  definition: JsonObject,
  before: number,
): Promise<DescribedDefinition> {
  const { definitions, clock, signal, random } = surroundings;
  const deadline = clock.now() + DEADLINE_MS;
  for (let tries = 0; ; tries += 1) {
    const outcome = await definitions.register(definition).catch((error: unknown) => failureOf(error, definition));
    if (!(outcome instanceof SlipwayError)) return outcome;
    const waitMs = random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries);
    if (!outcome.retryable || clock.now() + waitMs > deadline) throw outcome;
    await clock.sleep(waitMs, signal);
    const lost =
      outcome.code === 'AWS_THROTTLED' ? undefined : await definitions.describe(String(definition['family']));
    // Someone else's revision of the same content serves as well: nothing tells them apart.
    if (lost && lost.revision > before && sameRevision(definition, lost)) return lost;
  }
}

function failureOf(error: unknown, definition: JsonObject): SlipwayError {
  const failure = translated(error, definition);
  if (failure instanceof SlipwayError) return failure;
  throw error;
}
