import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import { tooDeepAt } from './depth.js';
import type { Path, Position, Problem } from './position.js';
import { refuseNodes, startOf, type Refuse } from './refused.js';

/** What `yaml` itself allows by default; enough for shared headers, too few for a bomb. */
const MAX_ALIASES = 100;
const AS_WRITTEN = { prettyErrors: false, resolveKnownTags: false, version: '1.2', schema: 'core' } as const;

/**
 * YamlText is a document of YAML 1.2's core schema that knows where each of its members stands. It can be made of any
 * text: what cannot be read is among its problems. Its size is the caller's to bound.
 */
export class YamlText {
  /** Syntax errors, and what is valid YAML and yet not read: tags, `__proto__`, keys that are no text or stand twice. */
  readonly problems: readonly Problem[];
  readonly #value: unknown;
  readonly #document: Document;
  readonly #lines = new LineCounter();

  constructor(text: string) {
    const deep = tooDeepAt(text);
    const read = deep === undefined ? text : text.slice(0, deep);
    this.#document = parseDocument(read, { ...AS_WRITTEN, lineCounter: this.#lines });
    const problems: Problem[] = [];
    const refuse = (offset: number, message: string): void => {
      problems.push({ ...this.#positionOf(offset), message });
    };
    if (deep === undefined) {
      for (const { pos, message } of [...this.#document.errors, ...this.#document.warnings]) refuse(pos[0], message);
      refuseNodes(this.#document, refuse);
    } else refuse(deep, 'this is nested too deeply');
    if (problems.length === 0) this.#value = plain(this.#document, refuse);
    this.problems = problems;
  }

  /** value returns the document as plain data; undefined when there are problems. */
  value(): unknown {
    return this.#value;
  }

  /** has tells whether something stands at a path. */
  has(path: Path): boolean {
    return this.#descend(path).reached === path.length;
  }

  /** positionAt returns where the value at a path stands, or the nearest one around it that is there. */
  positionAt(path: Path): Position {
    return this.#positionOf(startOf(this.#descend(path).node));
  }

  /** positionOfKey returns where a key stands in the map at a path. */
  positionOfKey(path: Path, key: string): Position {
    const pair = pairOf(this.#descend(path).node, key);
    return pair ? this.#positionOf(startOf(pair.key)) : this.positionAt(path);
  }

  /** positionOfMember returns where the member at a path begins, at its key if it has one, or the nearest around it. */
  positionOfMember(path: Path): Position {
    const { reached } = this.#descend(path);
    const [around, last] = [path.slice(0, Math.max(reached - 1, 0)), path[reached - 1]];
    if (last === undefined) return this.positionAt([]);
    const map = this.#descend(around).node;
    return isMap(map) ? this.positionOfKey(around, String(last)) : this.positionAt(path.slice(0, reached));
  }

  #descend(path: Path): { node: Node | null | undefined; reached: number } {
    let node: Node | null | undefined = this.#resolved(this.#document.contents);
    for (const [reached, step] of path.entries()) {
      const next = childOf(node, step);
      if (!next) return { node, reached };
      node = this.#resolved(next);
    }
    return { node, reached: path.length };
  }

  #resolved(node: Node | null | undefined): Node | null | undefined {
    return isAlias(node) ? node.resolve(this.#document) : node;
  }

  #positionOf(offset: number): Position {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }
}

/** Too many aliases are what is left to refuse. */
function plain(document: Document, refuse: Refuse): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    refuse(startOf(document.contents), error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function childOf(node: Node | null | undefined, step: PropertyKey): Node | undefined {
  const child = isSeq(node) ? node.items[Number(step)] : pairOf(node, String(step))?.value;
  return isNode(child) ? child : undefined;
}

function pairOf(node: Node | null | undefined, key: string): { key: unknown; value: unknown } | undefined {
  if (!isMap(node)) return undefined;
  return node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
}
