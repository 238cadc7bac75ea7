import { invalidParameter } from './errors.js';

/** PageRequest is the part of a List call that asks for a page. */
export interface PageRequest {
  readonly nextToken?: string | undefined;
  readonly maxResults?: number | undefined;
}

/** PageLimits are what a List call allows; they differ between calls. */
export interface PageLimits {
  readonly usual: number;
  readonly most: number;
}

/** Page is a part of a list; `nextToken` is absent on the last one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string;
}

/** 100 is what most List calls of ECS allow, and give unasked. */
export const HUNDRED: PageLimits = { usual: 100, most: 100 };

/**
 * pageOf cuts a page out of a list.
 *
 * @throws AwsError InvalidParameterException
 */
export function pageOf<Item>(all: readonly Item[], request: PageRequest, limits: PageLimits = HUNDRED): Page<Item> {
  const size = request.maxResults ?? limits.usual;
  if (!Number.isInteger(size) || size < 1 || size > limits.most) {
    throw invalidParameter(`maxResults should be between 1 and ${limits.most}.`);
  }
  const start = offsetOf(request.nextToken);
  const end = start + size;
  return { items: all.slice(start, end), ...(end < all.length ? { nextToken: tokenOf(end) } : {}) };
}

function tokenOf(offset: number): string {
  return Buffer.from(`from:${offset}`).toString('base64');
}

function offsetOf(token: string | undefined): number {
  if (token === undefined) return 0;
  const offset = /^from:(\d+)$/.exec(Buffer.from(token, 'base64').toString())?.[1];
  if (offset === undefined) throw invalidParameter('Invalid token in request.');
  return Number(offset);
}
