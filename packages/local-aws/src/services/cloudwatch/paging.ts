import { invalidToken } from './errors.js';

/** Page is a part of a list; `nextToken` is absent on the last one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

/**
 * pageOf cuts a page out of a list.
 *
 * @throws AwsError InvalidNextToken
 */
export function pageOf<Item>(
  all: readonly Item[],
  { size, token }: { readonly size: number; readonly token: string | undefined },
): Page<Item> {
  const start = token === undefined ? 0 : offsetOf(token);
  const end = start + size;
  const nextToken = end < all.length ? Buffer.from(`from:${end}`).toString('base64') : undefined;
  return { items: all.slice(start, end), nextToken };
}

function offsetOf(token: string): number {
  const offset = /^from:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1];
  if (offset === undefined) throw invalidToken();
  return Number(offset);
}
