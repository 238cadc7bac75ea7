/** A step of a build as BuildKit's plain progress tells of it. */
export interface BuildStep {
  /** `[final 2/3] RUN npm ci`, or what BuildKit does beside: `importing cache manifest from …`. */
  readonly name: string;
  /** `done`, taken from the cache, or failed; `unknown` where BuildKit said no end. */
  readonly end: 'done' | 'cached' | 'failed' | 'unknown';
  readonly seconds: number;
}

/** What BuildKit warns of in a Dockerfile. */
export interface CheckWarning {
  /** The rule: `JSONArgsRecommended`. */
  readonly rule: string;
  readonly message: string;
  /** From 1. */
  readonly line: number;
}

/** StepReader reads BuildKit's plain progress line by line: `#7 [final 2/3] RUN npm ci`, `#7 DONE 1.2s`. */
export class StepReader {
  readonly #steps = new Map<string, BuildStep>();
  readonly #warnings: CheckWarning[] = [];

  read(line: string): void {
    const [, id, text] = /^#(\d+) (.+)$/.exec(line) ?? [];
    if (id !== undefined && text !== undefined) this.#step(id, text);
    const [, rule, message, at] = /^ - (\w+): (.+) \(line (\d+)\)$/.exec(line) ?? [];
    if (rule !== undefined && message !== undefined) this.#warnings.push({ rule, message, line: Number(at) });
  }

  get steps(): readonly BuildStep[] {
    return [...this.#steps.values()];
  }

  get warnings(): readonly CheckWarning[] {
    return this.#warnings;
  }

  /** The first trouble with a cache: it cost time, and nothing else. */
  get cacheTrouble(): string | undefined {
    return this.steps.find(({ name, end }) => end === 'failed' && /\bcache\b/i.test(name) && !name.startsWith('['))
      ?.name;
  }

  #step(id: string, text: string): void {
    const step = this.#steps.get(id);
    if (!step) return void this.#steps.set(id, { name: text, end: 'unknown', seconds: 0 });
    const done = /^DONE (\d+(?:\.\d+)?)s$/.exec(text)?.[1];
    if (done !== undefined) this.#steps.set(id, { ...step, end: 'done', seconds: Number(done) });
    else if (text === 'CACHED') this.#steps.set(id, { ...step, end: 'cached' });
    else if (text.startsWith('ERROR: ')) this.#steps.set(id, { ...step, end: 'failed' });
  }
}
