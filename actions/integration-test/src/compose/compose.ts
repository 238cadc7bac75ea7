/** A compose file, and what it is read with. */
export interface ComposeFile {
  /** Of everything that it makes: part of all names. */
  readonly project: string;
  readonly file: string;
  /** As people are told of it. */
  readonly shown: string;
  /** For the variables in it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** ComposedContainer is a container that compose has made. */
export interface ComposedContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly networks: readonly string[];
  /** Where the runner reaches the first port that it publishes. */
  readonly published?: { readonly host: string; readonly port: number };
}

/** How long compose may take, and where it says what it does. */
export interface UpOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/** Compose is docker's plugin of that name. */
export interface Compose {
  /**
   * Returns the file's model, with all variables put in.
   *
   * @throws SlipwayError TEST_COMPOSE_MISSING, TEST_COMPOSE_FILE_INVALID
   */
  config(file: ComposeFile, signal: AbortSignal): Promise<unknown>;
  /**
   * Makes and starts everything, in the order of `depends_on`. `override` is laid over the file.
   *
   * @throws SlipwayError TEST_COMPOSE_FAILED
   */
  up(file: ComposeFile, override: string, options: UpOptions): Promise<void>;
  /** What bears a label and is compose's. */
  containers(label: string): Promise<readonly ComposedContainer[]>;
}
