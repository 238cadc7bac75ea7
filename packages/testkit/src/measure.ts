import { runAction, type ActionEnd, type ActionStart } from './run-action.js';

/** timed tells how long something took, in milliseconds. */
export async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** Times is what several runs of the same took, in milliseconds. */
export interface Times {
  readonly median: number;
  /** The shortest: what another process took on the machine is the least in it. */
  readonly best: number;
  readonly runs: number;
}

/** timesOf sums up at least one run. */
export function timesOf(ms: readonly number[]): Times {
  const sorted = [...ms].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? NaN, best: sorted[0] ?? NaN, runs: sorted.length };
}

/** printTimes writes a line of a bench. */
export function printTimes(what: string, { median, best, runs }: Times): void {
  printFigure(what, `${median.toFixed(0)} ms`, `median of ${runs}, best ${best.toFixed(0)} ms`);
}

/** printRatio writes how many times the first is the second: by their medians, and by their best. */
export function printRatio(what: string, first: Times, second: Times): void {
  printFigure(what, (first.median / second.median).toFixed(2), `best ${(first.best / second.best).toFixed(2)}`);
}

/** printFigure writes a line of a bench: what was measured, the figure, and what is to be known of it. */
export function printFigure(what: string, figure: string, note = ''): void {
  process.stdout.write(`${what.padEnd(68)} ${figure.padStart(10)}   ${note}`.trimEnd() + '\n');
}

/**
 * runWell starts an action as {@link runAction} does, for what measures only runs that end well.
 *
 * @throws Error with the action's own errors, when it failed
 */
export async function runWell(start: ActionStart): Promise<ActionEnd> {
  const end = await runAction(start);
  if (end.exitCode !== 0) throw new Error([...end.errors, end.stderr].join('\n'));
  return end;
}
