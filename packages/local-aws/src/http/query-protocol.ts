import { AwsError } from '../service.js';

type Node = Map<string, Node | string>;

/** The longest path in ELBv2's model has eleven parts; more is not a call but an attack on the stack. */
const MAX_PATH_PARTS = 32;

/** A Query call: which operation, and its input. */
export interface QueryCall {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/**
 * parseQueryInput reads the form that a Query call sends. `A.B=x` becomes `{A: {B: 'x'}}`, and `A.member.1=x` becomes
 * `{A: ['x']}`, in the order of the numbers. There is no schema here: every leaf is a string, numbers and booleans
 * too, and an empty list, which SDKs send as `A=`, is the empty string. Operations read them as what they are.
 *
 * @throws AwsError MalformedInput, MissingAction
 */
export function parseQueryInput(body: string): QueryCall {
  const root: Node = new Map();
  let operation: string | undefined;
  for (const [path, value] of new URLSearchParams(body)) {
    if (path === 'Action') operation = value;
    else if (path !== 'Version') insert(root, path, value);
  }
  if (!operation) throw new AwsError('MissingAction', 'The request contains no Action.');
  return { operation, input: toValue(root) as Record<string, unknown> };
}

function insert(root: Node, path: string, value: string): void {
  const parts = path.split('.');
  const last = parts.pop();
  if (!last || parts.includes('') || parts.length > MAX_PATH_PARTS) throw malformed(path);
  let node = root;
  for (const part of parts) {
    const next = node.get(part) ?? new Map<string, Node | string>();
    if (typeof next === 'string') throw malformed(path);
    node.set(part, next);
    node = next;
  }
  if (node.has(last)) throw malformed(path);
  node.set(last, value);
}

function toValue(node: Node | string): unknown {
  if (typeof node === 'string') return node;
  const list = node.get('member');
  if (node.size === 1 && list instanceof Map) return toList(list);
  return Object.fromEntries([...node].map(([name, member]) => [name, toValue(member)]));
}

function toList(list: Node): unknown[] {
  return [...list].sort(([a], [b]) => Number(a) - Number(b)).map(([, member]) => toValue(member));
}

function malformed(path: string): AwsError {
  return new AwsError('MalformedInput', `The parameter '${path}' is malformed or contradicts another.`);
}
