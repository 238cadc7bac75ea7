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
import type { SourceText, TextProblem } from './text.js';

/** What `yaml` itself allows by default; enough for shared settings, too few for a bomb. */
const MAX_ALIASES = 100;

/** parseYamlText reads YAML 1.2's core schema. */
export function parseYamlText(text: string): SourceText {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, resolveKnownTags: false });
  const lineAt = (offset: number): number => Math.max(counter.linePos(offset).line, 1);
  const found = [...document.errors, ...document.warnings];
  const problems: TextProblem[] = found.map(({ message, pos }) => ({ line: lineAt(pos[0]), message }));
  problems.push(...refusedNodes(document, lineAt));
  return {
    value: problems.length === 0 ? document.toJS({ maxAliasCount: MAX_ALIASES }) : undefined,
    problems,
    lineOf: (path) => {
      let [node, offset]: [Node | null | undefined, number] = [document.contents, startOf(document.contents)];
      for (const step of path) {
        const next = memberOf(isAlias(node) ? node.resolve(document) : node, step);
        if (!next) break;
        [node, offset] = [next.value, next.offset];
      }
      return lineAt(offset);
    },
  };
}

function refusedNodes(document: Document.Parsed, lineAt: (offset: number) => number): TextProblem[] {
  const problems: TextProblem[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      const line = lineAt(startOf(key));
      if (!isScalar(key)) problems.push({ line, message: 'a key must be a text' });
      else if (String(key.value) === '__proto__')
        problems.push({ line, message: "the key '__proto__' is not allowed" });
    },
    Alias: (_, alias, ancestors) => {
      const [target, line] = [alias.resolve(document), lineAt(startOf(alias))];
      if (!target) problems.push({ line, message: `no anchor '&${alias.source}' stands above` });
      else if (ancestors.includes(target)) problems.push({ line, message: 'an anchor may not hold itself' });
    },
  });
  return problems;
}

function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}

/** A member's value, and where the member begins: at its key. */
function memberOf(
  node: Node | null | undefined,
  step: string | number,
): { value: Node | null; offset: number } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return isNode(item) ? { value: item, offset: startOf(item) } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
  return pair && { value: isNode(pair.value) ? pair.value : null, offset: startOf(pair.key) };
}
