import { SlipwayError, messageOf } from '@slipway/core';
import { HELP, parseCommand } from './cli-options.js';
import type { LocalAwsOptions } from './options.js';
import { startLocalAws, type LocalAws } from './server.js';

/** What shells expect of a command that was called wrongly. */
const EXIT_USAGE = 2;

/** main is the command `local-aws`: it runs until it is told to end. It sets the process's exit code. */
export async function main(args: readonly string[], ending: AbortSignal): Promise<void> {
  try {
    const command = parseCommand(args);
    if (command.kind === 'help') process.stdout.write(HELP);
    else await run(command.options, ending);
  } catch (error) {
    process.stderr.write(`local-aws: ${describe(error)}\n`);
    process.exitCode = error instanceof SlipwayError && error.code === 'LOCAL_AWS_USAGE' ? EXIT_USAGE : 1;
  }
}

async function run(options: LocalAwsOptions, ending: AbortSignal): Promise<void> {
  if (ending.aborted) return;
  const ended = new Promise<void>((resolve) => ending.addEventListener('abort', () => resolve(), { once: true }));
  const localAws = await startLocalAws(options);
  process.stdout.write(`${JSON.stringify(announcementOf(localAws))}\n`);
  if (!ending.aborted) await ended;
  await localAws.close();
}

/** The first line. */
function announcementOf({ endpoint, accounts }: LocalAws): object {
  const registries = Object.fromEntries(
    [...accounts].map(([accountId, { registryHost }]) => [accountId, registryHost]),
  );
  return { endpoint, pid: process.pid, ...(accounts.size > 1 ? { registries } : {}) };
}

function describe(error: unknown): string {
  if (error instanceof SlipwayError && error.hint) return `${error.message}\n${error.hint}`;
  return messageOf(error);
}
