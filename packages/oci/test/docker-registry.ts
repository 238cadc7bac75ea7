import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { childEnvironment, runProcess } from '@slipway/process';

/** Who may push to it. */
export const LOGIN = { username: 'robot', password: 'a-password-of-this-test' };
/** bcrypt of the password; the registry takes no other form. */
const HTPASSWD = 'robot:$2b$05$o2fvkIDx.ICZCTR2lfAnReFh7jprawORTc2x8GPs4Mw74FHxxc7eK';
const SCRIPT = join(import.meta.dirname, '../../../scripts/ensure-docker-registry.sh');

/** DockerRegistry is Debian's docker-registry, which asks for a password. */
export interface DockerRegistry {
  readonly host: string;
  close(): Promise<void>;
}

/** startDockerRegistry starts one on a free port, with its storage below a directory. */
export async function startDockerRegistry(directory: string): Promise<DockerRegistry> {
  const ensured = await runProcess({ file: SCRIPT, args: [], env: childEnvironment() });
  if (ensured.exitCode !== 0) throw new Error(ensured.stderr);
  const host = `127.0.0.1:${await freePort()}`;
  await mkdir(join(directory, 'storage'), { recursive: true });
  await writeFile(join(directory, 'htpasswd'), `${HTPASSWD}\n`);
  const configuration = {
    version: 0.1,
    log: { level: 'error' },
    storage: { filesystem: { rootdirectory: join(directory, 'storage') } },
    http: { addr: host },
    auth: { htpasswd: { realm: 'test', path: join(directory, 'htpasswd') } },
  };
  // JSON is YAML.
  await writeFile(join(directory, 'config.yml'), JSON.stringify(configuration));
  const ending = new AbortController();
  const ended = runProcess({
    file: ensured.stdout.trim(),
    args: ['serve', join(directory, 'config.yml')],
    signal: ending.signal,
  }).catch(() => undefined);
  await answering(host);
  return {
    host,
    close: async () => {
      ending.abort();
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(host: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
    if (answer?.status === 401) return;
    // Between two looks at a process that is starting.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the registry at ${host} does not answer`);
}
