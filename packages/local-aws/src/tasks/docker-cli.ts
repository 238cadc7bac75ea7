import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment, runProcess, type RunResult } from '@slipway/process';
import type { ImageRegistry } from '../image-registry.js';

/** DockerCli runs the `docker` program with a configuration directory of its own: the user's is never read or written. */
export interface DockerCli {
  /** Resolves with standard output; rejects with a {@link DockerError} on a non-zero exit. */
  run(args: readonly string[], options?: DockerRunOptions): Promise<string>;
  /** Removes the configuration directory. Idempotent. */
  close(): Promise<void>;
}

/** DockerRunOptions are the rarer wishes of a call. */
export interface DockerRunOptions {
  readonly signal?: AbortSignal;
  /** Added to the program's environment: the way to hand variables to a container without showing them in argv. */
  readonly env?: Readonly<Record<string, string>>;
  /** How much of the output is returned. Defaults to 4 MiB. */
  readonly maxOutputChars?: number;
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** DockerError is a `docker` command that failed, with what it said. */
export class DockerError extends Error {
  constructor(command: string, result: RunResult) {
    super(result.stderr.trim() || `docker ${command} ended with ${result.exitCode}`);
    this.name = 'DockerError';
  }
}

/** createDockerCli returns a CLI that is logged in to the account's own registries. */
export function createDockerCli(registries: readonly ImageRegistry[]): DockerCli {
  let directory: Promise<string> | undefined;
  let closed = false;
  const config = (): Promise<string> => {
    if (closed) throw new Error('This Docker CLI is closed.');
    return (directory ??= writeConfig(registries));
  };
  return {
    async run(args, options = {}) {
      const env = { ...options.env, ...childEnvironment({ DOCKER_CONFIG: await config() }) };
      const { signal, onLine, maxOutputChars } = options;
      const result = await runProcess({
        file: 'docker',
        args,
        env,
        ...(signal ? { signal } : {}),
        ...(onLine ? { onLine } : {}),
        ...(maxOutputChars === undefined ? {} : { maxOutputChars }),
      });
      if (result.exitCode !== 0) throw new DockerError(args[0] ?? '', result);
      return result.stdout;
    },
    async close() {
      closed = true;
      const written = directory;
      directory = undefined;
      if (written) await rm(await written, { recursive: true, force: true });
    },
  };
}

async function writeConfig(registries: readonly ImageRegistry[]): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'local-aws-docker-'));
  const auths: Record<string, { auth: string }> = {};
  for (const registry of registries) {
    const { username, password } = registry.pullCredentials();
    auths[registry.host()] = { auth: Buffer.from(`${username}:${password}`).toString('base64') };
  }
  await writeFile(join(directory, 'config.json'), JSON.stringify({ auths }), { mode: 0o600 });
  return directory;
}
