/** What goes wrong with a request. */
export type FaultKind =
  /** Never answers. */
  | { readonly kind: 'hang' }
  /** Closes the connection: before anything was done, or after, so that only the answer is lost. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** A 5xx, or any other status. */
  | { readonly kind: 'status'; readonly status: number; readonly message?: string }
  /** The secondary limit, with GitHub's words; without `retryAfterSeconds` it says nothing of how long. */
  | { readonly kind: 'rate-limit'; readonly status: 403 | 429; readonly retryAfterSeconds?: number }
  | { readonly kind: 'slow'; readonly ms: number };

/** Which requests it befalls. */
export type Fault = FaultKind & {
  readonly method?: string;
  /** Matched against the path below the repository. */
  readonly path?: RegExp;
  /** How often; always when not set. */
  readonly times?: number;
};

/** Faults gives each request the fault that is meant for it. */
export class Faults {
  readonly #all: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#all.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#all.length = 0;
  }

  take(method: string, path: string): FaultKind | undefined {
    const found = this.#all.find(
      ({ fault, left }) => left > 0 && [method, undefined].includes(fault.method) && (fault.path?.test(path) ?? true),
    );
    if (found) found.left -= 1;
    return found?.fault;
  }
}
