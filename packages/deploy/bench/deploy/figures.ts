/** perMinute returns how many of something come in a minute, of how many came in some milliseconds. */
export function perMinute(count: number, ms: number): number {
  return (count * 60_000) / ms;
}

/** A time from one moment to another, in milliseconds since the epoch. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** within returns how many of some moments lie in a stretch of time, its ends included. */
export function within(momentsMs: readonly number[], { fromMs, toMs }: Stretch): number {
  return momentsMs.filter((atMs) => atMs >= fromMs && atMs <= toMs).length;
}

/** A package's name, and on the next line its licence's: how ncc begins each entry of licenses.txt. */
const ENTRY = /^((?:@[a-z0-9-]+\/)?[a-z0-9][a-z0-9._-]*)\n(?:[A-Z0-9][A-Za-z0-9.-]*|\([A-Z].*\))$/gm;

/** packagesIn lists the packages whose licences a bundle's licenses.txt has, ours left out. */
export function packagesIn(licenses: string): readonly string[] {
  const names = [...licenses.matchAll(ENTRY)].map(([, name = '']) => name);
  return [...new Set(names)].filter((name) => !name.startsWith('@slipway/')).sort();
}
