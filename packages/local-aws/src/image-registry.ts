/** ImageRegistry is how a task's engine pulls from the account's own registry: where it is, and who may read. */
export interface ImageRegistry {
  /** `127.0.0.1:PORT`, the first part of every repositoryUri. Known once the endpoint listens. */
  host(): string;
  /** Credentials that the registry accepts; for a private DOCKER_CONFIG, never for argv. */
  pullCredentials(): { readonly username: string; readonly password: string };
}
