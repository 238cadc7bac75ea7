import { mkdir, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Redactor, SlipwayError } from '@slipway/core';

/** What a step's report is made of. Times are milliseconds since the epoch. */
export interface ReportDetails {
  readonly action: string;
  readonly outcome: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly outputs: Readonly<Record<string, string>>;
  /** What the action itself has to tell; each action's README names its members. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly failure: SlipwayError | undefined;
  /** RUNNER_TEMP. */
  readonly folder: string;
  readonly redactor: Redactor;
}

/** writeReport writes a step's JSON report into RUNNER_TEMP/slipway and returns its path. */
export async function writeReport(details: ReportDetails): Promise<string> {
  const folder = path.join(details.folder, 'slipway');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // A job may run an action twice, and a self-hosted runner keeps its folder: each report has its own name.
  const file = path.join(folder, `${details.action}-${randomUUID()}.json`);
  const report = {
    action: details.action,
    outcome: details.outcome,
    startedAt: new Date(details.startedAt).toISOString(),
    seconds: Math.round(details.endedAt - details.startedAt) / 1000,
    outputs: details.outputs,
    ...details.facts,
    ...(details.failure ? { error: errorJson(details.failure) } : {}),
  };
  await writeFile(file, `${JSON.stringify(details.redactor.redactValue(report), undefined, 2)}\n`, { mode: 0o600 });
  return file;
}

function errorJson(error: SlipwayError): object {
  return { code: error.code, message: error.message, hint: error.hint, kind: error.kind };
}
