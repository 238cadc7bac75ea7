import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { SlipwayError } from '@slipway/core';
import { readReport, type Report } from '@slipway/runtime';
import type { PlanContext } from './inputs.js';

/** Begun is what the job of a stage's service tells when it begins: by it its result is known, wherever that lies. */
export interface Begun {
  readonly environment: string;
  readonly service: string;
  /** The attempt of the run that the job is of. */
  readonly attempt: number;
}

/** Result is what such a job came to. */
export interface Result extends Begun {
  /** Its job was green: 'Re-run failed jobs' leaves it out. */
  readonly isGreen: boolean;
  /** What of the deployment that it began is not certain to be undone. */
  readonly left: 'nothing' | 'deployed' | 'cancelled';
}

/** BEGUN is the member of a report that holds a {@link Begun}. */
export const BEGUN = 'stage';

/**
 * resultsIn reads what jobs of stages came to, out of their artifacts below a folder. What belongs to one of them lies in
 * one folder; how that is called says nothing: of a single artifact the download makes no folder of its own.
 */
export async function resultsIn({ inputs, log }: Pick<PlanContext, 'inputs' | 'log'>): Promise<readonly Result[]> {
  const reports = new Map<string, Report[]>();
  for (const file of await filesBelow(inputs.artifacts)) {
    try {
      const folder = path.dirname(file);
      reports.set(folder, [...(reports.get(folder) ?? []), readReport(file, 'artifacts')]);
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      // What one job left unreadable must not keep the others from going back.
      log.warning(`${error.message} It is left out.`);
    }
  }
  return [...reports.values()].flatMap((of) => resultOf(of) ?? []);
}

/** The folder is missing when nothing was downloaded. */
async function filesBelow(folder: string | undefined): Promise<readonly string[]> {
  if (folder === undefined) return [];
  try {
    const names = await readdir(folder, { recursive: true });
    return names.filter((name) => name.endsWith('.json')).map((name) => path.join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function resultOf(reports: readonly Report[]): Result | undefined {
  const begun = reports.map(({ told }) => told[BEGUN]).find(isBegun);
  if (begun === undefined) return undefined;
  const deployment = reports.find(({ action }) => action === 'bluegreen-deploy');
  const isGreen = deployment !== undefined && !deployment.failed;
  return { ...begun, isGreen, left: (deployment && leftBy(deployment)) ?? leftByKilled(reports) };
}

/** Undefined where the deployment's own report does not tell whether anything was begun. */
function leftBy({ outcome, outputs, told, failed }: Report): Result['left'] | undefined {
  if (told['undone'] === true) return 'nothing';
  const wasBegun = typeof outputs['deployment-arn'] === 'string' && outputs['deployment-arn'] !== '';
  if (wasBegun) return outcome === 'cancelled' ? 'cancelled' : 'deployed';
  // ECS may have taken what it never answered to. A refusal comes before anything is asked of it.
  return failed && outcome !== 'refused' ? undefined : 'nothing';
}

/** A cancelled step has some seconds, and then no report: ECS may have completed by then what was registered before. */
function leftByKilled(reports: readonly Report[]): Result['left'] {
  return reports.some(({ action, failed }) => action === 'register-task-def' && !failed) ? 'cancelled' : 'nothing';
}

function isBegun(value: unknown): value is Begun {
  const { environment, service, attempt } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return typeof environment === 'string' && typeof service === 'string' && typeof attempt === 'number';
}
