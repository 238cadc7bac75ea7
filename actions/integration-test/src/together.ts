/**
 * together does things at once and waits for all of them to end, also when one fails: what another is just making would
 * come after the clean-up.
 *
 * @throws what the first of them, in their order, has failed with
 */
export async function together<T>(ends: Iterable<Promise<T>>): Promise<T[]> {
  const settled = await Promise.allSettled(ends);
  for (const end of settled) if (end.status === 'rejected') throw end.reason;
  return settled.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}
