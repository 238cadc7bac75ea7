/** printFigure writes one figure of a bench: what, how much, of how many samples. */
export function printFigure(what: string, figure: string, samples?: string): void {
  process.stdout.write(`${what.padEnd(68)} ${figure.padStart(10)}${samples === undefined ? '' : `   ${samples}`}\n`);
}

/** printTitle begins a group of figures. */
export function printTitle(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

/** printLine writes a line that is no figure. */
export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** median returns the middle of some numbers, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  if (sorted.length % 2 === 1) return sorted[middle] ?? NaN;
  return ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** The variable by which the user of a bench names the folder with what others publish, as OWNER/NAME/action.yml. */
export const PEERS_VARIABLE = 'SLIPWAY_BENCH_PEERS';

/** peersFolder returns the folder with the actions that others publish, where the user of the bench names one. */
export function peersFolder(): string | undefined {
  return process.env[PEERS_VARIABLE] || undefined;
}
