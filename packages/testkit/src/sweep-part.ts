/** A run that is given no time for a whole sweep takes one of so many. */
const ONE_OF = 5;

/**
 * sweepPart returns what this run takes of a sweep: all of it, or with SLIPWAY_SWEEP=part one of five, spread evenly from
 * the first on. The same part each time: a run that fails, fails again.
 */
export function sweepPart<Item>(all: readonly Item[]): readonly Item[] {
  return process.env['SLIPWAY_SWEEP'] === 'part' ? all.filter((_, at) => at % ONE_OF === 0) : all;
}
