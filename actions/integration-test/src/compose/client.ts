import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { childEnvironment } from '@slipway/process';
import { demand, docker, NO_TRUST } from '../docker-client.js';
import { composeFailed, composeFileInvalid, composeMissing } from './errors.js';
import type { Compose, ComposedContainer, ComposeFile } from './compose.js';

/** createCompose reaches compose through the docker client. `folder` is private to this run. */
export function createCompose(folder: string): Compose {
  return {
    config: async (file, signal) => {
      await assertThere(signal);
      const args = [...argumentsOf(file), 'config', '--format', 'json'];
      const { exitCode, stdout, stderr } = await docker(args, { env: environmentOf(file), signal });
      if (exitCode !== 0) throw composeFileInvalid(file.shown, lastOf(stderr));
      return JSON.parse(stdout) as unknown;
    },
    up: async (file, override, options) => {
      const overlay = path.join(folder, 'compose-override.json');
      await writeFile(overlay, override, { mode: 0o600 });
      // Docker's own words for what fails come last, on standard error; the client's exit tells only that it failed.
      const args = [...argumentsOf(file), '--file', overlay, 'up', '--detach', '--quiet-pull'];
      const { exitCode, stderr } = await docker(args, { env: environmentOf(file), ...options });
      if (exitCode !== 0) throw composeFailed(file.shown, lastOf(stderr));
    },
    containers,
  };
}

async function assertThere(signal: AbortSignal): Promise<void> {
  const { exitCode, stderr } = await docker(['compose', 'version', '--short'], { signal });
  if (exitCode !== 0) throw composeMissing(lastOf(stderr));
}

function argumentsOf({ project, file }: ComposeFile): readonly string[] {
  return ['compose', '--ansi', 'never', '--project-name', project, '--file', file];
}

/** The client's own settings are not for a compose file's variables to change. */
function environmentOf({ environment }: ComposeFile): Record<string, string> {
  const own = Object.entries(environment).filter(([name]) => !/^(?:DOCKER|COMPOSE|BUILDX|BUILDKIT)_/.test(name));
  return { ...(Object.fromEntries(own) as Record<string, string>), ...childEnvironment(NO_TRUST) };
}

function lastOf(stderr: string): string {
  return stderr.trim().split('\n').at(-1)?.trim() ?? '';
}

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, unknown>>;
    readonly Ports: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>>;
  };
}

const SERVICE = 'com.docker.compose.service';

async function containers(label: string): Promise<readonly ComposedContainer[]> {
  const filters = [`label=${label}`, `label=${SERVICE}`].flatMap((filter) => ['--filter', filter]);
  const ids = (await demand(['ps', '--all', '--quiet', ...filters])).split('\n').filter((id) => id !== '');
  if (ids.length === 0) return [];
  return (JSON.parse(await demand(['container', 'inspect', ...ids])) as readonly Inspected[]).map(toComposed);
}

function toComposed({ Id, Name, Config, NetworkSettings }: Inspected): ComposedContainer {
  const binding = Object.values(NetworkSettings.Ports).flatMap((bindings) => bindings ?? [])[0];
  // Published everywhere is published here.
  const host = binding && (/^(?:|0\.0\.0\.0|::)$/.test(binding.HostIp) ? '127.0.0.1' : binding.HostIp);
  return {
    ...{ id: Id, name: Name.replace(/^\//, ''), service: Config.Labels[SERVICE] ?? '' },
    networks: Object.keys(NetworkSettings.Networks),
    ...(binding && host !== undefined ? { published: { host, port: Number(binding.HostPort) } } : {}),
  };
}
