import type { SlipwayError } from '@slipway/core';
import { childEnvironment, runProcess, type RunOptions, type RunResult } from '@slipway/process';
import { engineFailed } from './errors.js';

/** An engine that takes longer for a small thing does not answer any more. */
export const COMMAND_TIMEOUT_MS = 60_000;

/** Content trust would ask a notary for signatures of our own loopback registry. */
export const NO_TRUST = { DOCKER_CONTENT_TRUST: '0' };

/** `timeoutMs: undefined` is for what ends with the container. */
export type DockerOptions = Omit<Partial<RunOptions>, 'timeoutMs'> & { readonly timeoutMs?: number | undefined };

/** docker runs the docker client. */
export function docker(args: readonly string[], options: DockerOptions = {}): Promise<RunResult> {
  const { timeoutMs, ...rest } = { timeoutMs: COMMAND_TIMEOUT_MS, ...options };
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  return runProcess({ file: 'docker', args, env: childEnvironment(NO_TRUST), ...limit, ...rest });
}

/** demand runs a command that has to succeed, and returns what it printed. */
export async function demand(
  args: readonly string[],
  failed: (why: string) => SlipwayError = engineSaid(args.slice(0, 2).join(' ')),
  options: DockerOptions = {},
): Promise<string> {
  const { exitCode, stdout, stderr } = await docker(args, options);
  if (exitCode !== 0) throw failed(stderr.trim());
  return stdout.trim();
}

/** engineSaid makes an error of what the engine says to a command. */
export function engineSaid(command: string): (why: string) => SlipwayError {
  return (why) => engineFailed(command, why);
}
