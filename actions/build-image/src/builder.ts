/** What `docker buildx inspect` says of a builder. */
export interface Builder {
  readonly name: string;
  /** `docker`, `docker-container`, `kubernetes`, `remote`, …; empty when the builder does not answer. */
  readonly driver: string;
  /** What the builder says of its trouble. */
  readonly error: string | undefined;
  /** Its own platform, the first that it lists; undefined when it lists none. */
  readonly platform: string | undefined;
}

/** What `docker info` says of an engine, as far as it matters here. */
export interface Engine {
  /** Whether images are kept in containerd's store, which knows manifests, and not in the engine's older one. */
  readonly hasContainerdStore: boolean;
}

/**
 * How the manifest and its bytes come out of a builder: `export`, when it writes an OCI layout itself; `push`, when
 * it only hands the image to the engine, which makes a manifest when it pushes.
 */
export type Way = 'export' | 'push';

/** readBuilder reads the output of `docker buildx inspect`; the first of each field is the builder's own. */
export function readBuilder(text: string): Builder {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(text)?.[1]?.trim() || undefined;
  // A star marks a platform that a person chose.
  const platform = field('Platforms')?.split(',')[0]?.replace('*', '').trim();
  return { name: field('Name') ?? '', driver: field('Driver') ?? '', error: field('Error'), platform };
}

/** readEngine reads the output of `docker info --format '{{json .}}'`; undefined when no engine answered. */
export function readEngine(text: string): Engine | undefined {
  const info = parseObject(text);
  // The client prints its own half, and exits 0 in some versions, when there is no engine: only a server has an ID.
  if (!info || typeof info['ID'] !== 'string' || info['ID'] === '') return undefined;
  const status = Array.isArray(info['DriverStatus']) ? (info['DriverStatus'] as unknown[]) : [];
  return {
    hasContainerdStore: status.some(
      (pair) =>
        Array.isArray(pair) && pair[0] === 'driver-type' && String(pair[1]).startsWith('io.containerd.snapshotter'),
    ),
  };
}

/** wayFor decides by what the builder is. Only the `docker` driver on the engine's older store cannot export. */
export function wayFor(builder: Builder, engine: Engine | undefined): Way {
  return builder.driver === 'docker' && !engine?.hasContainerdStore ? 'push' : 'export';
}

/** engineArguments names the engine behind a `docker` driver: its builder bears the name of the Docker context. */
export function engineArguments(builder: Builder): string[] {
  return builder.name === '' || builder.name === 'default' ? [] : ['--context', builder.name];
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
