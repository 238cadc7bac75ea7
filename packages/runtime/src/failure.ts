import { SlipwayError, messageOf } from '@slipway/core';
import type { Environment } from './inputs/environment.js';

/** asSlipwayError returns the error itself when it is ours, and otherwise a bug that carries it. */
export function asSlipwayError(error: unknown): SlipwayError {
  if (error instanceof SlipwayError) return error;
  return new SlipwayError({
    code: 'UNEXPECTED',
    message: messageOf(error),
    hint: 'This is a bug in Slipway. Please report it with the lines below.',
    kind: 'bug',
    cause: error,
  });
}

/** describe renders an error for the annotation that a person reads: what failed, why, what to do, where to read on. */
export function describe(error: SlipwayError, environment: Environment): string {
  const last = error.kind === 'bug' ? stackOf(error.cause ?? error) : `More: ${pageOf(error.code, environment)}`;
  return [`${error.code}: ${error.message}`, error.hint, last].join('\n');
}

/** The runner tells an action's own repository and commit: the page of the very version that runs. */
function pageOf(code: string, environment: Environment): string {
  const page = `docs/errors.md#${code.toLowerCase()}`;
  const repository = environment['GITHUB_ACTION_REPOSITORY'];
  if (!repository) return page;
  const server = environment['GITHUB_SERVER_URL'] || 'https://github.com';
  return `${server}/${repository}/blob/${environment['GITHUB_ACTION_REF'] || 'main'}/${page}`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
