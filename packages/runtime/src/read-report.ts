import { readFileSync, statSync } from 'node:fs';
import { SlipwayError } from '@slipway/core';

/** An action's report has some kilobytes; more is another file. */
const MOST_BYTES = 8 * 1024 * 1024;

/** What a report says that other steps build on. */
export interface Report {
  readonly file: string;
  readonly action: string;
  readonly outcome: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
  /** All of its members, also those that the action itself told. */
  readonly told: Readonly<Record<string, unknown>>;
}

/**
 * readReport reads the report of a step, also of another job.
 *
 * @param input the input that it was named by
 * @throws SlipwayError REPORTS_UNREADABLE
 */
export function readReport(file: string, input: string): Report {
  if (statSync(file).size > MOST_BYTES) throw unreadableReports(input, `${file} is larger than ${MOST_BYTES} bytes`);
  let report: unknown;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw unreadableReports(input, `${file} is no JSON`, cause);
  }
  const told = (report ?? {}) as Readonly<Record<string, unknown>>;
  const { action, outcome, outputs, error } = told;
  if (typeof action !== 'string' || typeof outcome !== 'string' || typeof outputs !== 'object' || outputs === null)
    throw unreadableReports(input, `${file} is no report of one of these actions`);
  return { file, action, outcome, outputs: outputs as Report['outputs'], failed: error !== undefined, told };
}

/** unreadableReports returns the error of an input whose files are no reports. */
export function unreadableReports(input: string, what: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'REPORTS_UNREADABLE',
    message: `'${input}': ${what}.`,
    hint: "Hand over nothing but reports: the files that the output 'report' of each step names.",
    cause,
  });
}
