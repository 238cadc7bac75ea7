import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { SlipwayError } from '@slipway/core';
import { readReport, unreadableReports, type Report } from '../read-report.js';
import { rawInput, variableOf, type Environment } from './environment.js';
import { isReallyInside } from './paths.js';
import type { HandedOver, InputSchema } from './schema.js';
import { isWithin, type Places } from './values.js';

/** The name of the input that says where the reports of earlier steps are. */
const REPORTS = 'reports';
/** A job hands over a report for each of its steps; more of them is a folder that was not meant. */
const MOST_REPORTS = 50;

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
    const found = (handedOver ?? []).flatMap((from) => valueIn(reports, from));
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

function valueIn(reports: readonly Report[], { action, output, evenOfAFailure }: HandedOver): readonly Found[] {
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
  if (report.failed && !evenOfAFailure) {
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
  if (files.length > MOST_REPORTS)
    throw unreadableReports(REPORTS, `${place} holds ${files.length} files, and ${MOST_REPORTS} are read`);
  return files.map((file) => readReport(file, REPORTS));
}

/** Both the path and what it really is lie in the workspace or in RUNNER_TEMP, as every path input's. */
function insideOf(places: Places, given: string): string {
  const resolved = path.resolve(places.workspace, given);
  const isInside = [places.workspace, places.temp].some((folder) => isWithin(folder, resolved));
  if (isInside && isReallyInside(places, resolved)) return resolved;
  throw new SlipwayError({
    code: 'INPUT_PATH_ESCAPES',
    message: `'reports' is '${given}', which leads out of the workspace and of RUNNER_TEMP.`,
    hint: 'Name a file or folder that lies inside the workspace or RUNNER_TEMP.',
  });
}

function contradiction(name: string, written: string, { text, report }: Found): SlipwayError {
  return new SlipwayError({
    code: 'REPORTS_CONTRADICT',
    message: `'${name}' is '${written}', and the report of ${report.action} says '${text}'.`,
    hint: `Leave '${name}' out, and what the report says is taken; or hand over the report that belongs to it.`,
  });
}
