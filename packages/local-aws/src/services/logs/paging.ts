import { invalidParameter } from './errors.js';

/** Page is a part of a list; `nextToken` is absent on the last one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken: string | undefined;
}

/** PageRequest is the part of a call that asks for a page. */
export interface PageRequest {
  readonly limit?: number | undefined;
  readonly nextToken?: string | undefined;
}

/**
 * pageOf cuts a page out of a list, of `most` items unless fewer are asked for.
 *
 * @throws AwsError InvalidParameterException
 */
export function pageOf<Item>(all: readonly Item[], { limit, nextToken }: PageRequest, most: number): Page<Item> {
  const size = limitOf(limit, most);
  const start = nextToken === undefined ? 0 : offsetOf(nextToken);
  const end = start + size;
  const next = end < all.length ? Buffer.from(`from:${end}`).toString('base64') : undefined;
  return { items: all.slice(start, end), nextToken: next };
}

/** limitOf returns how many items a call asks for. */
export function limitOf(limit: number | undefined, most: number): number {
  const size = limit ?? most;
  if (Number.isInteger(size) && size >= 1 && size <= most) return size;
  throw invalidParameter(`limit must be a whole number from 1 to ${most}.`);
}

function offsetOf(token: string): number {
  const offset = /^from:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1];
  if (offset === undefined) throw invalidParameter('The specified nextToken is invalid.');
  return Number(offset);
}
