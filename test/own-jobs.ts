import { loadOwnCode } from './own-code.js';
import { asMap, type YamlFile, type YamlMap } from './yaml-documents.js';
import { jobsOf, type Job } from './yaml-rules.js';

const { workflows } = await loadOwnCode();

/** jobsIn returns the jobs of one of our workflows. */
export const jobsIn = (name: string): readonly Job[] => jobsOf(workflows.get(name) as YamlFile);

/** jobIn returns one of them, which is there. */
export const jobIn = (name: string, id: string): Job => jobsIn(name).find((job) => job.id === id) as Job;

/** inputsOf returns what a step, or a job that calls a workflow, is given. */
export const inputsOf = (step: unknown): YamlMap => asMap(asMap(step)['with']);

/** How jobs speak of their cell: by their matrix, by its place in a stage, and rollback.yml's may be missing. */
const CELLS = [
  'fromJSON(inputs.cells).include[matrix.at].',
  'fromJSON(inputs.cells).include[0].',
  "fromJSON(needs.plan.outputs.cell || '{}').",
  'matrix.',
];

/** ofCell returns a text of a workflow in which all of them speak of it in the same way. */
export const ofCell = (text: unknown): string =>
  CELLS.reduce((told, cell) => told.replaceAll(cell, 'cell.'), String(text));
