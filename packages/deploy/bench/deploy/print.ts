/** print writes one figure: what, how much, of how many samples. */
export function print(what: string, figure: string, samples?: string): void {
  process.stdout.write(`${what.padEnd(68)} ${figure.padStart(10)}${samples === undefined ? '' : `   ${samples}`}\n`);
}

/** title begins a group of figures. */
export function title(text: string): void {
  process.stdout.write(`\n${text}\n`);
}

/** say writes a line that is no figure. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
