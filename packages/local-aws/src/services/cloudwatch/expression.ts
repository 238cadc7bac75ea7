import { invalidValue } from './errors.js';

/** Lookup finds the value of a query by its id, at one time; undefined when there is no data. */
export type Lookup = (id: string) => number | undefined;

/** Expression is metric math, ready to be evaluated at one time; undefined is no data. */
export interface Expression {
  /** The ids that it refers to. */
  readonly ids: ReadonlySet<string>;
  readonly valueOf: (lookup: Lookup) => number | undefined;
}

type Term = (lookup: Lookup) => number | undefined;

const TOKEN = /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z]\w*)|([-+*/(),]))/y;

/**
 * parseExpression reads the arithmetic of metric math: numbers, ids, + - * /, parentheses, and FILL(id, number). A
 * time without data in any operand, and a division by zero, have no data.
 *
 * @throws AwsError InvalidParameterValueException, also for the other functions of metric math
 */
export function parseExpression(text: string): Expression {
  const parser = new Parser(text);
  const term = parser.sum();
  parser.end();
  return { ids: parser.ids, valueOf: (lookup) => finite(term(lookup)) };
}

class Parser {
  readonly ids = new Set<string>();
  readonly #text: string;
  readonly #tokens: string[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = this.#split(text);
  }

  sum(): Term {
    let left = this.#product();
    for (;;) {
      if (this.#take('+')) left = joined(left, this.#product(), (one, other) => one + other);
      else if (this.#take('-')) left = joined(left, this.#product(), (one, other) => one - other);
      else return left;
    }
  }

  end(): void {
    if (this.#next < this.#tokens.length) throw this.#wrong();
  }

  #product(): Term {
    let left = this.#factor();
    for (;;) {
      if (this.#take('*')) left = joined(left, this.#factor(), (one, other) => one * other);
      else if (this.#take('/')) left = joined(left, this.#factor(), (one, other) => one / other);
      else return left;
    }
  }

  #factor(): Term {
    if (this.#take('-'))
      return joined(
        () => 0,
        this.#factor(),
        (zero, value) => zero - value,
      );
    if (this.#take('(')) {
      const inner = this.sum();
      this.#expect(')');
      return inner;
    }
    const token = this.#tokens[this.#next] ?? '';
    this.#next += 1;
    if (/^\d/.test(token)) return () => Number(token);
    if (token === 'FILL') return this.#fill();
    if (!/^[a-z]/.test(token)) throw this.#wrong();
    this.ids.add(token);
    return (lookup) => lookup(token);
  }

  #fill(): Term {
    this.#expect('(');
    const value = this.sum();
    this.#expect(',');
    const filler = this.sum();
    this.#expect(')');
    return (lookup) => value(lookup) ?? filler(lookup);
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#next] !== token) return false;
    this.#next += 1;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw this.#wrong();
  }

  #split(text: string): string[] {
    const tokens: string[] = [];
    TOKEN.lastIndex = 0;
    const trimmed = text.trimEnd();
    while (TOKEN.lastIndex < trimmed.length) {
      const match = TOKEN.exec(trimmed);
      if (!match) throw this.#wrong();
      tokens.push(match[1] ?? match[2] ?? match[3] ?? '');
    }
    return tokens;
  }

  #wrong() {
    return invalidValue(
      `local-aws does not run the expression '${this.#text}': it knows numbers, ids, + - * /, parentheses and FILL.`,
    );
  }
}

function joined(left: Term, right: Term, operate: (one: number, other: number) => number): Term {
  return (lookup) => {
    const [one, other] = [left(lookup), right(lookup)];
    return one === undefined || other === undefined ? undefined : operate(one, other);
  };
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}
