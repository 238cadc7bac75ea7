import { readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { SlipwayError } from '@slipway/core';
import { rawInput, variableOf, type Environment } from './environment.js';
import type { InputSchema } from './schema.js';
import { isWithin, type Places } from './values.js';

/** The name of the input that says where the reports of earlier steps are. */
const REPORTS = 'reports';
/** A job hands over a report for each of its steps; more of them is a folder that was not meant. */
const MOST_REPORTS = 50;
/** An action's report has some kilobytes; more is another file. */
const MOST_BYTES = 8 * 1024 * 1024;

/** What a report says that other steps build on. */
interface Report {
  readonly file: string;
  readonly action: string;
  readonly outcome: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly failed: boolean;
}

/**
 * withHandedOver adds to what the runner gives what the reports of earlier steps, also of other jobs, say: an input
 * with `handedOver` that is not set gets the output it names. One that is set has to say the same.
 *
 * @throws SlipwayError REPORTS_NOT_FOUND, REPORTS_UNREADABLE, REPORTS_AMBIGUOUS, REPORTS_OF_A_FAILURE, REPORTS_CONTRADICT
 */
export function withHandedOver(schema: InputSchema, environment: Environment, places: Places): Environment {
  const given = schema[REPORTS] === undefined ? undefined : rawInput(REPORTS, environment);
  if (given === undefined) return environment;
  const reports = readReports(insideOf(places, given));
  const filled: Record<string, string | undefined> = { ...environment };
  for (const [name, { handedOver }] of Object.entries(schema)) {
    const found = (handedOver ?? []).flatMap(({ action, output }) => valueIn(reports, action, output));
    const [value] = found;
    if (value === undefined) continue;
    const written = rawInput(name, environment);
    if (written !== undefined && written !== value.text) throw contradiction(name, written, value);
    filled[variableOf(name)] = value.text;
  }
  return filled;
}

interface Found {
  readonly text: string;
  readonly report: Report;
}

function valueIn(reports: readonly Report[], action: string, output: string): readonly Found[] {
  const of = reports.filter((report) => report.action === action);
  const [report, another] = of;
  if (report === undefined) return [];
  if (another !== undefined) {
    throw new SlipwayError({
      code: 'REPORTS_AMBIGUOUS',
      message: `'reports' holds more than one report of ${action}: ${of.map(({ file }) => path.basename(file)).join(', ')}.`,
      hint: 'Hand over the report of one step of each action: a folder for each image.',
    });
  }
  if (report.failed) {
    throw new SlipwayError({
      code: 'REPORTS_OF_A_FAILURE',
      message: `The report of ${action} says that it ended ${report.outcome}, with an error.`,
      hint: 'Nothing is built on a step that failed. Run the job of that step again.',
    });
  }
  const text = report.outputs[output];
  return typeof text === 'string' && text !== '' ? [{ text, report }] : [];
}

/** A folder's reports are all its files that end in .json. */
function readReports(place: string): readonly Report[] {
  const entry = statSync(place, { throwIfNoEntry: false });
  if (entry === undefined) {
    throw new SlipwayError({
      code: 'REPORTS_NOT_FOUND',
      message: `'reports' is '${place}', and there is nothing.`,
      hint: "Pass a file or a folder of reports: the output 'report' of an earlier step, or the artifact that brought it, downloaded.",
    });
  }
  const files = entry.isDirectory()
    ? readdirSync(place)
        .filter((name) => name.endsWith('.json'))
        .sort()
        .map((name) => path.join(place, name))
    : [place];
  if (files.length > MOST_REPORTS) throw unreadable(place, `holds ${files.length} files, and ${MOST_REPORTS} are read`);
  return files.map(readReport);
}

function readReport(file: string): Report {
  if (statSync(file).size > MOST_BYTES) throw unreadable(file, `is larger than ${MOST_BYTES} bytes`);
  let report: unknown;
  try {
    report = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw unreadable(file, 'is no JSON', cause);
  }
  const { action, outcome, outputs, error } = (report ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof action !== 'string' || typeof outcome !== 'string' || typeof outputs !== 'object' || outputs === null)
    throw unreadable(file, 'is no report of one of these actions');
  return { file, action, outcome, outputs: outputs as Report['outputs'], failed: error !== undefined };
}

/** Both the path and what it really is lie in the workspace or in RUNNER_TEMP, as every path input's. */
function insideOf(places: Places, given: string): string {
  const resolved = path.resolve(places.workspace, given);
  const real = statSync(resolved, { throwIfNoEntry: false }) ? realpathSync(resolved) : resolved;
  const folders = [places.workspace, places.temp];
  const roots = folders.map((folder) => (statSync(folder, { throwIfNoEntry: false }) ? realpathSync(folder) : folder));
  if (folders.some((folder) => isWithin(folder, resolved)) && roots.some((folder) => isWithin(folder, real)))
    return resolved;
  throw new SlipwayError({
    code: 'INPUT_PATH_ESCAPES',
    message: `'reports' is '${given}', which leads out of the workspace and of RUNNER_TEMP.`,
    hint: 'Name a file or folder that lies inside the workspace or RUNNER_TEMP.',
  });
}

function unreadable(file: string, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'REPORTS_UNREADABLE',
    message: `'reports': ${file} ${why}.`,
    hint: "Hand over nothing but reports: the files that the output 'report' of each step names.",
    cause,
  });
}

function contradiction(name: string, written: string, { text, report }: Found): SlipwayError {
  return new SlipwayError({
    code: 'REPORTS_CONTRADICT',
    message: `'${name}' is '${written}', and the report of ${report.action} says '${text}'.`,
    hint: `Leave '${name}' out, and what the report says is taken; or hand over the report that belongs to it.`,
  });
}
