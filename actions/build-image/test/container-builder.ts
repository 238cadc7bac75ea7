import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { childEnvironment, runProcess } from '@slipway/process';
import { REPOSITORY } from '@slipway/testkit';

/** Where BuildKit has to be built from its sources, that takes minutes; once on a machine. */
export const ENSURE_TIMEOUT_MS = 1_200_000;

/** ContainerBuilder is a builder of BuildKit in a container of its own, as docker/setup-buildx-action makes one. */
export interface ContainerBuilder {
  readonly name: string;
  /** Removes the builder, its container, and the volume with all that it has. */
  close(): Promise<void>;
}

/** docker runs the Docker client and returns what it printed. @throws Error with what it said, when it failed */
export async function docker(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runProcess({ file: 'docker', args, timeoutMs: 120_000 });
  if (exitCode !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** ensureBuildKit returns the name of an image of BuildKit's daemon that the engine has. */
export async function ensureBuildKit(): Promise<string> {
  const file = path.join(REPOSITORY, 'scripts/ensure-buildkit.sh');
  const env = childEnvironment(process.env as Record<string, string>);
  const { exitCode, stdout, stderr } = await runProcess({ file, args: [], env, timeoutMs: ENSURE_TIMEOUT_MS });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

/**
 * startContainerBuilder starts one in the machine's own network, so that it reaches the loopback address. The environment
 * is its daemon's.
 */
export async function startContainerBuilder(
  environment: Readonly<Record<string, string>> = {},
): Promise<ContainerBuilder> {
  const image = await ensureBuildKit();
  const name = `slipway-test-${randomUUID()}`;
  const variables = Object.entries(environment).map(([key, value]) => `${key}=${value}`);
  const options = [`image=${image}`, 'network=host', ...variables.map((variable) => `env.${variable}`)];
  const driver = options.map((option) => `--driver-opt=${option}`);
  await docker('buildx', 'create', `--name=${name}`, '--driver=docker-container', ...driver);
  const close = async (): Promise<void> => void (await docker('buildx', 'rm', '--force', name));
  try {
    await provideContainer(image, () => Promise.resolve(name), variables);
    await docker('buildx', 'inspect', '--bootstrap', name);
  } catch (error) {
    await close();
    throw error;
  }
  return { name, close };
}

/**
 * provideContainer creates the container of a builder that is going to be made, where buildx cannot: some virtual machines
 * grant no process all capabilities; a privileged container, which needs them, cannot start there.
 */
export async function provideContainer(
  image: string,
  nameOf: () => Promise<string>,
  variables: readonly string[] = [],
): Promise<void> {
  if (await canBePrivileged(image)) return;
  await createUnprivileged(`buildx_buildkit_${await nameOf()}0`, { image, variables });
}

async function canBePrivileged(image: string): Promise<boolean> {
  const args = ['run', '--rm', '--privileged', '--network=none', image, '--version'];
  return (await runProcess({ file: 'docker', args, timeoutMs: 60_000 })).exitCode === 0;
}

/** Creates the container that buildx would create privileged, with all but the capability that is not to be had. */
async function createUnprivileged(
  container: string,
  { image, variables }: { readonly image: string; readonly variables: readonly string[] },
): Promise<void> {
  const unconfined = ['seccomp', 'apparmor', 'systempaths'].map((part) => `--security-opt=${part}=unconfined`);
  // The names by which buildx finds them, and removes them again. What there is already, it only starts.
  const names = [`--name=${container}`, `--volume=${container}_state:/var/lib/buildkit`];
  const capabilities = ['--cap-add=ALL', '--cap-drop=SYS_RESOURCE', '--cgroupns=host'];
  const others = ['--init', '--network=host', '--volume=/sys/fs/cgroup:/sys/fs/cgroup'];
  const env = variables.map((variable) => `--env=${variable}`);
  await docker('create', ...names, ...capabilities, ...unconfined, ...others, ...env, image);
}
