import type { DockerPort } from '@slipway/process';

/** Where and how base images are looked up. */
export interface Lookup {
  readonly docker: DockerPort;
  /** Arguments that name the engine whose own images a build takes first; undefined when it always asks the registry. */
  readonly engine: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/** Docker Hub answers in half a second; a registry that needs longer than this makes the skip pointless. */
const LOOKUP_TIMEOUT_MS = 15_000;

/**
 * digestOfImage returns what an image's name stands for now, as this build would take it; undefined when nobody says.
 * The client asks with the credentials that it has, so that none come near an argument.
 */
export async function digestOfImage(image: string, lookup: Lookup): Promise<string | undefined> {
  const pinned = /@(sha256:[0-9a-f]{64})$/.exec(image)?.[1];
  if (pinned !== undefined) return pinned;
  return (lookup.engine && (await onEngine(image, lookup, lookup.engine))) ?? (await inRegistry(image, lookup));
}

async function onEngine(
  image: string,
  { docker, signal }: Lookup,
  engine: readonly string[],
): Promise<string | undefined> {
  const args = [...engine, 'image', 'inspect', '--format', '{{.Id}} {{json .RepoDigests}}', '--', image];
  const { exitCode, stdout } = await docker({ args, signal, timeoutMs: LOOKUP_TIMEOUT_MS });
  const [, id, digests] = /^(\S+) (.*)/.exec(stdout.trim()) ?? [];
  if (exitCode !== 0 || id === undefined) return undefined;
  // The registry's digest, where the engine knows it, is the same on every machine.
  const repository = image.replace(/:[^:/]*$/, '');
  const known = (JSON.parse(digests || 'null') ?? []) as readonly string[];
  return known.find((one) => one.startsWith(`${repository}@`))?.split('@')[1] ?? id;
}

async function inRegistry(image: string, { docker, signal }: Lookup): Promise<string | undefined> {
  const args = ['buildx', 'imagetools', 'inspect', '--format', '{{json .Manifest}}', '--', image];
  const { exitCode, stdout } = await docker({ args, signal, timeoutMs: LOOKUP_TIMEOUT_MS });
  return exitCode === 0 ? /"digest":\s*"(sha256:[0-9a-f]{64})"/.exec(stdout)?.[1] : undefined;
}
