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

/** A step of the Dockerfile that makes a layer, and does not fetch one as FROM does. */
const MAKING_STEP = /^\[(?!internal\])[^\]]*\] (?!FROM )/;

/** What BuildKit says of a layer that it fetches. What a step itself prints begins with the time. */
const FETCHING = /^(?:extracting )?sha256:[0-9a-f]{64} /;

/** How BuildKit ends the reading of a cache that nobody has written yet, as before the first build of all. */
const EMPTY_CACHE = { step: /^importing\b/, end: /: not found$/ };

/** A warning where it comes up, and again in the list at the end of a build that succeeds. */
const WARNING = /^(?:#\d+ WARN:| -) (\w+): (.+) \(line (\d+)\)$/;

/** StepReader reads BuildKit's plain progress line by line: `#7 [final 2/3] RUN npm ci`, `#7 DONE 1.2s`. */
export class StepReader {
  readonly #steps = new Map<string, BuildStep>();
  readonly #warnings = new Map<string, CheckWarning>();
  /** How many lines each step has had. */
  readonly #lines = new Map<string, number>();
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
    const [, rule, message, at] = WARNING.exec(line) ?? [];
    if (rule === undefined || message === undefined) return;
    // A run's builds are all of one Dockerfile: what one told, the next tells again.
    this.#warnings.set(`${rule} ${at}`, { rule, message, line: Number(at) });
  }

  get steps(): readonly BuildStep[] {
    return [...this.#steps.values()];
  }

  /** Each once, in however many builds it came up. */
  get warnings(): readonly CheckWarning[] {
    return [...this.#warnings.values()];
  }

  /** What this build reads from, or writes to, a cache, and how that ended: `unknown` is what goes on right now. */
  cacheSteps(ended: BuildStep['end']): readonly string[] {
    const own = [...this.#steps].filter(([key]) => buildOf(key) === this.#builds).map(([, step]) => step);
    return own.filter(({ name, end }) => end === ended && CACHE_STEP.test(name)).map(({ name }) => name);
  }

  /** How many lines this build has told of a step so far: one more is progress. */
  linesOf(step: string): number {
    const key = [...this.#steps].findLast(([at, { name }]) => name === step && buildOf(at) === this.#builds)?.[0];
    return this.#lines.get(key ?? '') ?? 0;
  }

  /** Whether the builder has begun this build: number 0 is what its client says before. */
  get hasBegun(): boolean {
    return [...this.#steps.keys()].some((key) => buildOf(key) === this.#builds && !key.endsWith('/0'));
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
    this.#lines.set(key, (this.#lines.get(key) ?? 0) + 1);
    const step = this.#steps.get(key);
    if (!step) return void this.#steps.set(key, { name: text, end: 'unknown', seconds: 0 });
    this.#steps.set(key, { ...step, ...newsOf(step, text) });
  }
}

/** What a line tells of a step that has begun. */
function newsOf({ name, end }: BuildStep, text: string): Partial<BuildStep> {
  const done = /^DONE (\d+(?:\.\d+)?)s$/.exec(text)?.[1];
  // A layer is fetched from the cache when somebody needs it, and that takes time, too.
  if (done !== undefined) return { end: end === 'cached' ? end : 'done', seconds: Number(done) };
  if (text === 'CACHED' || (MAKING_STEP.test(name) && FETCHING.test(text))) return { end: 'cached' };
  if (!text.startsWith('ERROR: ')) return {};
  return { end: EMPTY_CACHE.step.test(name) && EMPTY_CACHE.end.test(text) ? 'done' : 'failed' };
}

/** The number of the build that a step belongs to. */
function buildOf(key: string): number {
  return Number(key.split('/', 1)[0]);
}
