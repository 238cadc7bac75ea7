import { SlipwayError } from '@slipway/core';
import { runProcess } from '@slipway/process';

/** DockerNetwork is the bridge network that the tasks of one local-aws live in. */
export interface DockerNetwork {
  readonly name: string;
  /** The host's address in the network: where containers reach local-aws. */
  readonly gateway: string;
  /** Removes the network, and every container that carries the instance's label. Idempotent. */
  remove(): Promise<void>;
}

/** The label that everything made for an instance carries: `local-aws=<instanceId>`. */
export const INSTANCE_LABEL = 'local-aws';

/** Far above what a healthy engine needs for any of these calls: it is the engine that hangs then. */
const DOCKER_TIMEOUT_MS = 30_000;

/** networkNameOf returns the name of the instance's network. */
export function networkNameOf(instanceId: string): string {
  return `local-aws-${instanceId}`;
}

/**
 * createDockerNetwork makes the instance's network.
 *
 * @throws SlipwayError LOCAL_AWS_DOCKER when the engine does not do as it is told, PROCESS_NOT_STARTED without Docker
 */
export async function createDockerNetwork(instanceId: string): Promise<DockerNetwork> {
  const name = networkNameOf(instanceId);
  let removal: Promise<void> | undefined;
  const remove = (): Promise<void> => (removal ??= removeAll(instanceId));
  try {
    await docker(['network', 'create', '--driver', 'bridge', '--label', `${INSTANCE_LABEL}=${instanceId}`, name]);
    const gateway = await docker(['network', 'inspect', '--format', '{{(index .IPAM.Config 0).Gateway}}', name]);
    return { name, gateway: gateway.trim(), remove };
  } catch (error) {
    // The engine may have made what its client could not tell of any more. Why it failed matters more than this.
    await remove().catch(() => undefined);
    throw error;
  }
}

/** Containers first: a network in use cannot be removed. */
async function removeAll(instanceId: string): Promise<void> {
  const filter = `label=${INSTANCE_LABEL}=${instanceId}`;
  const containers = words(await docker(['ps', '--all', '--quiet', '--filter', filter]));
  if (containers.length > 0) await docker(['rm', '--force', '--volumes', ...containers]);
  const networks = words(await docker(['network', 'ls', '--quiet', '--filter', filter]));
  if (networks.length > 0) await docker(['network', 'rm', ...networks]);
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

async function docker(args: readonly string[]): Promise<string> {
  const result = await runProcess({ file: 'docker', args, timeoutMs: DOCKER_TIMEOUT_MS });
  if (result.exitCode === 0) return result.stdout;
  throw new SlipwayError({
    code: 'LOCAL_AWS_DOCKER',
    message: `'docker ${args.slice(0, 2).join(' ')}' ended with ${result.exitCode}: ${result.stderr.trim()}.`,
    hint: 'Check that the Docker engine runs, or start local-aws with simulated tasks.',
    kind: 'world',
  });
}
