import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
} from 'yaml';

/** Where something stands in a file; both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Problem is one thing that is wrong, and where. */
export interface Problem extends Position {
  readonly message: string;
}

/** What `yaml` itself allows by default; enough for shared headers, too few for a bomb. */
const MAX_ALIASES = 100;
/** Deeper than any JSON that a person writes into a check. */
const MAX_DEPTH = 64;

/** YamlText is a YAML document that knows where each of its members stands. */
export class YamlText {
  /** Syntax errors, and what is valid YAML and yet not read: tags, `__proto__`, keys that are no text. */
  readonly problems: readonly Problem[];
  readonly #document: Document.Parsed;
  readonly #lines = new LineCounter();

  constructor(text: string) {
    this.#document = parseDocument(text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      resolveKnownTags: false,
      version: '1.2',
      schema: 'core',
    });
    const found = [...this.#document.errors, ...this.#document.warnings];
    this.problems = [
      ...found.map(({ message, pos }) => ({
        ...this.#positionOf(pos[0]),
        message,
      })),
      ...this.#refusedNodes(),
    ];
  }

  /** value returns the document as plain data. */
  value(): unknown {
    return this.#document.toJS({ maxAliasCount: MAX_ALIASES });
  }

  /** has tells whether something stands at a path. */
  has(path: readonly PropertyKey[]): boolean {
    return path.length === 0 || this.#descend(path).reached === path.length;
  }

  /** positionAt returns where the value at a path stands, or the nearest one around it that is there. */
  positionAt(path: readonly PropertyKey[]): Position {
    return this.#positionOf(this.#descend(path).node?.range?.[0] ?? 0);
  }

  /** positionOfKey returns where a key stands in the map at a path. */
  positionOfKey(path: readonly PropertyKey[], key: string): Position {
    const map = this.#descend(path).node;
    const pair = isMap(map) ? map.items.find((item) => keyText(item.key) === key) : undefined;
    return isNode(pair?.key) ? this.#positionOf(pair.key.range?.[0] ?? 0) : this.positionAt(path);
  }

  #descend(path: readonly PropertyKey[]): {
    node: Node | undefined;
    reached: number;
  } {
    let node: Node | undefined = this.#document.contents ?? undefined;
    for (const [reached, step] of path.entries()) {
      const next = childOf(this.#resolved(node), step);
      if (!next) return { node, reached };
      node = next;
    }
    return { node: this.#resolved(node), reached: path.length };
  }

  #resolved(node: Node | undefined): Node | undefined {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  #refusedNodes(): Problem[] {
    const problems: Problem[] = [];
    visit(this.#document, {
      Pair: (_, { key }) => {
        const at = this.#positionOf(isNode(key) ? (key.range?.[0] ?? 0) : 0);
        if (!isScalar(key)) problems.push({ ...at, message: 'a key must be a text' });
        else if (keyText(key) === '__proto__')
          problems.push({
            ...at,
            message: "the key '__proto__' is not allowed",
          });
      },
      Alias: (_, alias, ancestors) => {
        const at = this.#positionOf(alias.range?.[0] ?? 0);
        const target = alias.resolve(this.#document);
        if (!target) problems.push({ ...at, message: `no anchor '&${alias.source}' stands above` });
        else if (ancestors.includes(target)) problems.push({ ...at, message: 'an anchor may not hold itself' });
      },
      Collection: (_, node, ancestors) => {
        if (ancestors.length <= MAX_DEPTH) return undefined;
        const at = this.#positionOf(node.range?.[0] ?? 0);
        problems.push({ ...at, message: 'this is nested too deeply' });
        return visit.SKIP;
      },
    });
    return problems;
  }

  #positionOf(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

function childOf(node: Node | undefined, step: PropertyKey): Node | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return isNode(item) ? item : undefined;
  }
  if (!isMap(node)) return undefined;
  const value = node.items.find((item) => keyText(item.key) === String(step))?.value;
  return isNode(value) ? value : undefined;
}

function keyText(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}
