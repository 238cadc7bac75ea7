import { invalid } from './errors.js';

/** EventBridge's page, unless fewer are asked for. */
const MOST = 100;

/** pageOf cuts a page out of a list; `NextToken` is absent on the last one. @throws AwsError ValidationException */
export function pageOf<Item>(
  all: readonly Item[],
  { Limit = MOST, NextToken }: { readonly Limit?: number | undefined; readonly NextToken?: string | undefined },
): { readonly items: readonly Item[]; readonly NextToken: string | undefined } {
  if (Limit < 1 || Limit > MOST) throw invalid(`Limit must be from 1 to ${MOST}.`);
  const start = NextToken === undefined ? 0 : Number(/^from-(\d{1,9})$/.exec(NextToken)?.[1] ?? Number.NaN);
  if (Number.isNaN(start)) throw invalid('The NextToken is not valid.');
  const end = start + Limit;
  return { items: all.slice(start, end), NextToken: end < all.length ? `from-${end}` : undefined };
}
