/** LOOPBACK is where everything listens; containers reach it by the gateway of their network. */
export const LOOPBACK = '127.0.0.1';

/** RegistryAddress is where the registry of an account's region is. */
export interface RegistryAddress {
  readonly region: string;
  /** That of the APIs for the default account's home, one of its own for any other; known once it listens. */
  port: number;
}

/** HomeFirst is one or more of something, that of the account's home at the head. */
export type HomeFirst<T> = readonly [home: T, ...others: T[]];

/** registryHostOf returns the first part of every repositoryUri: `127.0.0.1:PORT`. */
export function registryHostOf({ port }: RegistryAddress): string {
  return `${LOOPBACK}:${port}`;
}
