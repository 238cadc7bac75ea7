import { isNode, isScalar, visit, type Document } from 'yaml';

/** Refuse is called for what is valid YAML and yet not read, with its offset in the text. */
export type Refuse = (offset: number, message: string) => void;

/** refuseNodes looks for keys that are no text, `__proto__`, and aliases that lead nowhere or back. */
export function refuseNodes(document: Document, refuse: Refuse): void {
  visit(document, {
    Pair: (_, { key }) => {
      if (!isScalar(key)) refuse(startOf(key), 'a key must be a text');
      else if (String(key.value) === '__proto__') refuse(startOf(key), "the key '__proto__' is not allowed");
    },
    Alias: (_, alias, ancestors) => {
      const target = alias.resolve(document);
      if (!target) refuse(startOf(alias), `no anchor '&${alias.source}' stands above`);
      else if (ancestors.includes(target)) refuse(startOf(alias), 'an anchor may not hold itself');
    },
  });
}

/** startOf returns the offset at which a node begins; 0 for what stands nowhere. */
export function startOf(node: unknown): number {
  return isNode(node) ? (node.range?.[0] ?? 0) : 0;
}
