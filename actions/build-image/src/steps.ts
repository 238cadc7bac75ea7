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

/** What BuildKit calls its dealings with a cache; a step of the Dockerfile begins with a bracket. */
const CACHE_STEP = /^(?:importing|inferred|exporting)\b.*\bcache\b/i;

/** StepReader reads BuildKit's plain progress line by line: `#7 [final 2/3] RUN npm ci`, `#7 DONE 1.2s`. */
export class StepReader {
  readonly #steps = new Map<string, BuildStep>();
  readonly #warnings: CheckWarning[] = [];
  #builds = 0;
  #toldBuilds = -1;

  /** begin tells that the builder begins to count its steps anew; those that it left open stay open no longer. */
  begin(): this {
    this.#builds += 1;
    return this;
  }

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

  /** What is being read from, or written to, a cache right now. */
  get openCacheSteps(): readonly string[] {
    const own = [...this.#steps].filter(([key]) => buildOf(key) === this.#builds).map(([, step]) => step);
    return own.filter(({ name, end }) => end === 'unknown' && CACHE_STEP.test(name)).map(({ name }) => name);
  }

  /** The first trouble with a cache that nobody was told of yet: it cost time, and nothing else. */
  get cacheTrouble(): string | undefined {
    const untold = [...this.#steps].filter(([key]) => buildOf(key) > this.#toldBuilds).map(([, step]) => step);
    return untold.find(({ name, end }) => end === 'failed' && /\bcache\b/i.test(name) && !name.startsWith('['))?.name;
  }

  /** cacheTold tells that what the cache did in the builds so far was warned of. */
  cacheTold(): void {
    this.#toldBuilds = this.#builds;
  }

  #step(id: string, text: string): void {
    const key = `${this.#builds}/${id}`;
    const step = this.#steps.get(key);
    if (!step) return void this.#steps.set(key, { name: text, end: 'unknown', seconds: 0 });
    const done = /^DONE (\d+(?:\.\d+)?)s$/.exec(text)?.[1];
    if (done !== undefined) this.#steps.set(key, { ...step, end: 'done', seconds: Number(done) });
    else if (text === 'CACHED') this.#steps.set(key, { ...step, end: 'cached' });
    else if (text.startsWith('ERROR: ')) this.#steps.set(key, { ...step, end: 'failed' });
  }
}

/** The number of the build that a step belongs to. */
function buildOf(key: string): number {
  return Number(key.split('/', 1)[0]);
}
