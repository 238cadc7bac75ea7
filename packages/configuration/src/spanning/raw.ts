/** What has been read and not been judged yet. */
export type Raw = Readonly<Record<string, unknown>>;

/** asRaw returns a value that is a map, and an empty one for anything else. */
export function asRaw(value: unknown): Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Raw) : {};
}

/** namesIn returns the texts of a list, each with its place in it. */
export function namesIn(value: unknown): { readonly name: string; readonly index: number }[] {
  if (!Array.isArray(value)) return [];
  return (value as unknown[]).flatMap((name, index) => (typeof name === 'string' ? [{ name, index }] : []));
}

/** ownMember returns a member of a map, never one that every object has. */
export function ownMember(map: Raw, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** textsIn returns the members of a map that are texts. */
export function textsIn(map: Raw): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(map).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : [])),
  );
}
