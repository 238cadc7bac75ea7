/** Dependency is a container that the image needs, as a test program is told of it. */
export interface Dependency {
  readonly name: string;
  /** Its name in the engine. */
  readonly container: string;
  /** Where the runner reaches it, if it does. */
  readonly published?: { readonly host: string; readonly port: number };
}
