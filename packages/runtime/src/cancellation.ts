import { SlipwayError } from '@slipway/core';

/** Watches for the signals by which a runner cancels a step. */
export interface Cancellation {
  readonly signal: AbortSignal;
  stop(): void;
}

/**
 * watchCancellation aborts its signal on SIGINT and SIGTERM. The runner sends SIGINT, SIGTERM 7.5 s later, and
 * kills 2.5 s after that (actions/runner, ProcessInvoker): whoever listens has to act at once.
 */
export function watchCancellation(): Cancellation {
  const controller = new AbortController();
  const cancel = (name: NodeJS.Signals): void => {
    controller.abort(
      new SlipwayError({
        code: 'RUN_CANCELLED',
        message: `The run was cancelled (${name}).`,
        hint: 'Nothing needs to be mended; run the job again when it should go on.',
        kind: 'world',
      }),
    );
  };
  process.on('SIGINT', cancel);
  process.on('SIGTERM', cancel);
  return {
    signal: controller.signal,
    stop: () => {
      process.off('SIGINT', cancel);
      process.off('SIGTERM', cancel);
    },
  };
}
