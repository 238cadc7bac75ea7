import { validationError } from './errors.js';

type Structure = Record<string, unknown>;

/** Bounds of a number, both included. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/**
 * Input reads the parameters of a call, which the Query protocol brings as strings, into what they are. It remembers
 * what was read: {@link Input.refuseOthers} then refuses whatever else the caller sent, by name.
 */
export class Input {
  readonly #structure: Structure;
  readonly #path: string;
  readonly #read = new Set<string>();
  readonly #children: Input[] = [];

  constructor(structure: Structure, path = '') {
    this.#structure = structure;
    this.#path = path;
  }

  has(name: string): boolean {
    return this.#structure[name] !== undefined;
  }

  text(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined || typeof value === 'string') return value;
    throw validationError(`'${this.#name(name)}' must be a string`);
  }

  required(name: string): string {
    const value = this.text(name);
    if (value) return value;
    throw validationError(`'${this.#name(name)}' must be specified`);
  }

  integer(name: string, bounds: Bounds): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (/^\d{1,9}$/.test(text) && value >= bounds.min && value <= bounds.max) return value;
    const range = `an integer from ${bounds.min} to ${bounds.max}`;
    throw validationError(`'${this.#name(name)}' must be ${range}, but is '${text}'`);
  }

  flag(name: string): boolean | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (text === 'true' || text === 'false') return text === 'true';
    throw validationError(`'${this.#name(name)}' must be 'true' or 'false', but is '${text}'`);
  }

  /** oneOf reads a word of which this ELBv2 knows some. */
  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const text = this.text(name);
    const word = words.find((each) => each === text);
    if (text === undefined || word !== undefined) return word;
    throw validationError(`'${this.#name(name)}' is '${text}'; local-aws supports only ${words.join(', ')}`);
  }

  texts(name: string): string[] {
    return this.#list(name).map((value, index) => {
      if (typeof value === 'string') return value;
      throw validationError(`'${this.#name(name)}.${index + 1}' must be a string`);
    });
  }

  structure(name: string): Input | undefined {
    const value = this.#take(name);
    return value === undefined ? undefined : this.#child(value, this.#name(name));
  }

  structures(name: string): Input[] {
    return this.#list(name).map((value, index) => this.#child(value, `${this.#name(name)}.${index + 1}`));
  }

  /** refuseOthers throws when the call brought a parameter that nobody has read, at any depth. */
  refuseOthers(): void {
    const unread = Object.keys(this.#structure).find((name) => !this.#read.has(name));
    if (unread !== undefined) throw validationError(`local-aws does not support the parameter '${this.#name(unread)}'`);
    for (const child of this.#children) child.refuseOthers();
  }

  #take(name: string): unknown {
    this.#read.add(name);
    return this.#structure[name];
  }

  #list(name: string): unknown[] {
    const value = this.#take(name);
    // SDKs send an empty list as `Name=`.
    if (value === undefined || value === '') return [];
    if (Array.isArray(value)) return value;
    throw validationError(`'${this.#name(name)}' must be a list`);
  }

  #child(value: unknown, path: string): Input {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw validationError(`'${path}' must be a structure`);
    }
    const child = new Input(value as Structure, path);
    this.#children.push(child);
    return child;
  }

  #name(name: string): string {
    return this.#path ? `${this.#path}.${name}` : name;
  }
}
