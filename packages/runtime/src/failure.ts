import { SlipwayError, messageOf } from '@slipway/core';

/** asSlipwayError returns the error itself when it is ours, and otherwise a bug that carries it. */
export function asSlipwayError(error: unknown): SlipwayError {
  if (error instanceof SlipwayError) return error;
  return new SlipwayError({ code: 'UNEXPECTED', message: messageOf(error), kind: 'bug', cause: error });
}

/** describe renders an error for the annotation that a person reads: what failed, why, what to do, where to read on. */
export function describe(error: SlipwayError): string {
  const lines = [`${error.code}: ${error.message}`];
  if (error.hint) lines.push(error.hint);
  if (error.kind === 'bug') {
    lines.push('This is a bug in Slipway. Please report it with the lines below.');
    lines.push(stackOf(error.cause ?? error));
  } else {
    lines.push(`More: docs/errors.md#${error.code.toLowerCase()}`);
  }
  return lines.join('\n');
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
