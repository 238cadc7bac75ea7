import { runProcess } from '@slipway/process';

/** EngineEvent is one thing that the engine has just done. */
export interface EngineEvent {
  /** `container`, `network`, `volume`, `image`. */
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
}

/** EngineEvents tells what the engine does, to whoever listens: also what other tests make it do. */
export class EngineEvents {
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  readonly #end = new AbortController();
  readonly #ended: Promise<unknown>;

  constructor() {
    this.#ended = runProcess({
      file: 'docker',
      args: ['events', '--format', '{{json .}}'],
      signal: this.#end.signal,
      onLine: (line, stream) => {
        if (stream === 'stdout') this.#tell(JSON.parse(line) as EngineEvent);
      },
    }).catch(() => undefined);
  }

  /** listen calls a listener until what it returns is called. */
  listen(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** close ends the watch. */
  async close(): Promise<void> {
    this.#end.abort();
    await this.#ended;
  }

  #tell(event: EngineEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
