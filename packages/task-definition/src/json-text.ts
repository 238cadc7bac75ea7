import { findNodeAtLocation, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { SourceText, TextProblem } from './text.js';

/** parseJsonText reads JSON with comments. A key that stands twice is a problem: JSON's readers differ in which wins. */
export function parseJsonText(text: string): SourceText {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const lineAt = lines(text);
  const problems: TextProblem[] = errors.map(({ error, offset }) => ({
    line: lineAt(offset),
    message: words(printParseErrorCode(error)),
  }));
  const value =
    root && problems.length === 0
      ? valueOf(root, (node, message) => {
          problems.push({ line: lineAt(node.offset), message });
        })
      : undefined;
  return {
    value: problems.length === 0 ? value : undefined,
    problems,
    lineOf: (path) => {
      for (let length = path.length; length > 0 && root; length -= 1) {
        const node = findNodeAtLocation(root, path.slice(0, length));
        // The member begins with its key, not with its value.
        if (node) return lineAt(node.parent?.type === 'property' ? node.parent.offset : node.offset);
      }
      return lineAt(root?.offset ?? 0);
    },
  };
}

type Refuse = (node: Node, message: string) => void;

function valueOf(node: Node, refuse: Refuse): unknown {
  if (node.type === 'array') return (node.children ?? []).map((child) => valueOf(child, refuse));
  if (node.type !== 'object') return node.value as unknown;
  const value: Record<string, unknown> = {};
  for (const { children } of node.children ?? []) {
    const [keyNode, valueNode] = children ?? [];
    if (!keyNode || !valueNode) continue;
    const key = String(keyNode.value);
    if (key === '__proto__') refuse(keyNode, "the key '__proto__' is not allowed");
    else if (Object.hasOwn(value, key)) refuse(keyNode, `the key '${key}' stands twice in one object`);
    else value[key] = valueOf(valueNode, refuse);
  }
  return value;
}

/** The parser's codes are words written together: `CommaExpected`. */
function words(code: string): string {
  return code.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

/** Returns the line, from 1, of an offset. */
function lines(text: string): (offset: number) => number {
  const starts = [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length)];
  return (offset) => {
    const after = starts.findIndex((start) => start > offset);
    return after < 0 ? starts.length : after;
  };
}
