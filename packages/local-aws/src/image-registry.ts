/** ImageRegistry is how a task's engine pulls from a registry of the account's own: where it is, and who may read. */
export interface ImageRegistry {
  /** `127.0.0.1:PORT`, the first part of every repositoryUri. Known once the endpoint listens. */
  host(): string;
  /** Credentials that the registry accepts; for a private DOCKER_CONFIG, never for argv. */
  pullCredentials(): { readonly username: string; readonly password: string };
}

/** isOfOne tells whether an image's reference names one of the registries. */
export function isOfOne(registries: readonly ImageRegistry[], reference: string): boolean {
  return registries.some((registry) => reference.startsWith(`${registry.host()}/`));
}
