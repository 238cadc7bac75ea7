import type { Compose, ComposedContainer, ComposeFile, UpOptions } from '../src/compose/compose.js';

/** SimpleCompose remembers what it is asked for, and has the containers that it is given. */
export class SimpleCompose implements Compose {
  /** What `config` returns. */
  model: unknown = { services: {} };
  found: readonly ComposedContainer[] = [];
  file: ComposeFile | undefined;
  override: unknown;
  /** What compose says while it starts. */
  says: readonly string[] = [];
  readonly #told: (name: string) => void;

  constructor(told: (name: string) => void) {
    this.#told = told;
  }

  config(file: ComposeFile): Promise<unknown> {
    this.#told('compose config');
    this.file = file;
    return Promise.resolve(this.model);
  }

  up(_: ComposeFile, override: string, { onLine }: UpOptions): Promise<void> {
    this.#told('compose up');
    this.override = JSON.parse(override);
    this.says.forEach((line) => onLine(line));
    return Promise.resolve();
  }

  containers(): Promise<readonly ComposedContainer[]> {
    return Promise.resolve(this.found);
  }
}
