import fc from 'fast-check';
import { sequences } from './commands.js';
import { playSequence, type Mutant } from './play-sequence.js';

/** What a number of sequences came to. */
export interface Checked {
  readonly sequences: number;
  readonly runs: number;
  /** How often a run ended so. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The shortest sequence that was found to break a rule, which rule, and what the runs said; undefined when none did. */
  readonly counterexample?: string;
}

/** How many sequences, drawn how. */
export interface Check {
  readonly numRuns: number;
  /** The same seed draws the same sequences. */
  readonly seed: number;
  readonly mutant?: Mutant;
  /** A mutant need only be caught: how short the sequence can be made does not matter. */
  readonly shrinks?: boolean;
}

/** check plays sequences until one breaks a rule, and makes that one as short as it can. */
export async function check({ numRuns, seed, mutant, shrinks = true }: Check): Promise<Checked> {
  const outcomes: Record<string, number> = {};
  let runs = 0;
  const property = fc.asyncProperty(sequences, async (commands) => {
    const played = await playSequence(commands, mutant);
    runs += played.runs;
    for (const outcome of played.outcomes) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (played.violations.length > 0) throw new Error([...played.violations, '', ...played.log].join('\n'));
  });
  const details = await fc.check(property, { numRuns, seed, endOnFailure: !shrinks });
  const because = (details.errorInstance as Error | null)?.message ?? '';
  const counterexample = details.failed ? `${fc.defaultReportMessage(details)}\n${because}` : undefined;
  return { sequences: details.numRuns, runs, outcomes, ...(counterexample ? { counterexample } : {}) };
}
