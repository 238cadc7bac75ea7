import type { ActionDefinition } from '@slipway/runtime';
import { COMMON_OUTPUTS } from '@slipway/runtime';
import { parseValue } from '../packages/runtime/src/inputs/values.js';
import { asList, asMap, everyMap, everyText, type YamlFile, type YamlMap } from './yaml-documents.js';
import { jobsOf, OWN_REPOSITORY, usesOf, type Job } from './yaml-rules.js';

/** What our own `uses:` may name. */
export interface OwnCode {
  readonly actions: ReadonlyMap<string, ActionDefinition>;
  /** By file name: `deliver.yml`. */
  readonly workflows: ReadonlyMap<string, YamlFile>;
}

/** usesProblems returns what is wrong with every use of our own code in a YAML text, a part of a workflow included. */
export function usesProblems(file: YamlFile, own: OwnCode): string[] {
  return everyMap(file.root).flatMap(({ map }) => {
    const [, kind, name = ''] = OWN.exec(usesOf(map)) ?? [];
    if (kind === 'actions') return actionProblems(name, map, own);
    if (kind === '.github/workflows') return callProblems(name, map, own);
    return [];
  });
}

const OWN = new RegExp(`^(?:\\$|\\.|${OWN_REPOSITORY})/(actions|\\.github/workflows)/([^@/]+)(?:@|$)`);

function actionProblems(name: string, step: YamlMap, own: OwnCode): string[] {
  const definition = own.actions.get(name);
  if (!definition) return [`there is no action '${name}'`];
  const given = asMap(step['with']);
  const missing = Object.entries(definition.inputs)
    .filter(([, spec]) => spec.required && !(spec.handedOver && 'reports' in given))
    .map(([input]) => input)
    .filter((input) => (given[input] ?? '') === '');
  return [
    ...missing.map((input) => `${name} needs '${input}'`),
    ...Object.entries(given).flatMap(([input, value]) => {
      const spec = definition.inputs[input];
      if (!spec) return [`${name} has no input '${input}'`];
      // What an expression comes to is known in a run only.
      if (String(value) === '' || String(value).includes('${{')) return [];
      const parsed = parseValue(spec, String(value), { workspace: '/workspace', temp: '/temp' });
      return 'expected' in parsed ? [`'${input}' of ${name} is '${String(value)}', not ${parsed.expected}`] : [];
    }),
  ];
}

function callProblems(name: string, job: YamlMap, own: OwnCode): string[] {
  const called = own.workflows.get(name);
  if (!called) return [`there is no workflow '${name}'`];
  const inputs = asMap(asMap(asMap(asMap(called.root)['on'])['workflow_call'])['inputs']);
  const given = asMap(job['with']);
  const needed = Object.keys(inputs).filter((input) => asMap(inputs[input])['required'] === true);
  return [
    ...needed.filter((input) => !(input in given)).map((input) => `${name} needs '${input}'`),
    ...Object.entries(given).flatMap(([input, value]) => {
      const type = asMap(inputs[input])['type'];
      if (typeof type !== 'string') return [`${name} has no input '${input}'`];
      const isKnownLater = String(value).includes('${{');
      return isKnownLater || typeof value === type ? [] : [`'${input}' of ${name} has to be a ${type}`];
    }),
    ...grantProblems(name, job, called),
  ];
}

/** A called workflow's jobs get no more than the calling job has: GitHub refuses the run before it starts. */
function grantProblems(name: string, caller: YamlMap, called: YamlFile): string[] {
  const granted = asMap(caller['permissions']);
  const needed = jobsOf(called).flatMap(({ job }) => Object.entries(asMap(job['permissions'])));
  return needed
    .filter(([scope, level]) => granted[scope] !== level && granted[scope] !== 'write')
    .map(([scope, level]) => `${name} needs the permission '${scope}: ${String(level)}'`);
}

/** expressionProblems returns the needs, steps, outputs and inputs that a workflow speaks of and does not have. */
export function expressionProblems(file: YamlFile, own: OwnCode): string[] {
  const jobs = jobsOf(file);
  const byId = new Map(jobs.map((job) => [job.id, job]));
  return [
    ...jobs.flatMap((job) => [...needsProblems(job, byId, own), ...stepProblems(job, own), ...matrixProblems(job)]),
    ...references(file.root, /\binputs\.([\w-]+)/g)
      .filter(([name = '']) => !declaredInputs(file).includes(name))
      .map(([name]) => `there is no input '${name}'`),
    ...references(asMap(file.root)['on'], /\bjobs\.([\w-]+)\.outputs\.([\w-]+)/g)
      .filter(([job = '', output = '']) => !hasOutput(asMap(byId.get(job)?.job), output, own))
      .map(([job, output]) => `there is no output '${output}' of job '${job}'`),
  ];
}

function declaredInputs(file: YamlFile): string[] {
  const on = asMap(asMap(file.root)['on']);
  return ['workflow_call', 'workflow_dispatch'].flatMap((event) => Object.keys(asMap(asMap(on[event])['inputs'])));
}

function needsOf(job: YamlMap): string[] {
  return typeof job['needs'] === 'string' ? [job['needs']] : asList(job['needs']).map(String);
}

function needsProblems({ id, job }: Job, jobs: ReadonlyMap<string, Job>, own: OwnCode): string[] {
  const needs = needsOf(job);
  return [
    ...needs.filter((need) => !jobs.has(need)).map((need) => `job '${id}' needs '${need}', which does not exist`),
    ...references(job, /\bneeds\.([\w-]+)\.(?:outputs\.([\w-]+)|result)/g).flatMap(([need = '', output]) => {
      if (!needs.includes(need)) return [`job '${id}' speaks of '${need}' and does not need it`];
      const isKnown = output === undefined || hasOutput(asMap(jobs.get(need)?.job), output, own);
      return isKnown ? [] : [`there is no output '${output}' of job '${need}'`];
    }),
  ];
}

/** A job that calls a workflow puts out what that workflow declares; one of other people's may declare anything. */
function hasOutput(job: YamlMap, output: string, own: OwnCode): boolean {
  if (usesOf(job) === '') return output in asMap(job['outputs']);
  const [, , name = ''] = OWN.exec(usesOf(job)) ?? [];
  const called = own.workflows.get(name);
  return !called || output in asMap(asMap(asMap(asMap(called.root)['on'])['workflow_call'])['outputs']);
}

function stepProblems({ id, job, steps }: Job, own: OwnCode): string[] {
  const ids = steps.map((step) => (typeof step['id'] === 'string' ? step['id'] : ''));
  const known = (upTo: number) => new Map(steps.slice(0, upTo).map((step, index) => [ids[index] ?? '', step]));
  const problems = (value: unknown, before: ReadonlyMap<string, YamlMap>): string[] =>
    references(value, /\bsteps\.([\w-]+)\.(?:outputs\.([\w-]+)|outcome|conclusion)/g).flatMap(([step = '', output]) => {
      const target = before.get(step);
      if (!target) return [`job '${id}' speaks of step '${step}', which does not exist or comes later`];
      const [, kind, name = ''] = OWN.exec(usesOf(target)) ?? [];
      const definition = kind === 'actions' ? own.actions.get(name) : undefined;
      if (!definition || output === undefined) return [];
      return output in definition.outputs || output in COMMON_OUTPUTS ? [] : [`${name} has no output '${output}'`];
    });
  const named = ids.filter((name) => name !== '');
  return [
    ...named.filter((name, index) => named.indexOf(name) !== index).map((name) => `two steps are called '${name}'`),
    ...steps.flatMap((step, index) => problems(step, known(index))),
    ...problems(job['outputs'], known(steps.length)),
  ];
}

/** A matrix that is an expression comes from a plan: what is in its cells, the plan's own test says. */
function matrixProblems({ id, job }: Job): string[] {
  const written = asMap(job['strategy'])['matrix'];
  if (typeof written === 'string') return [];
  const matrix = asMap(written);
  return references(job, /\bmatrix\.([\w-]+)/g)
    .filter(([name = '']) => !(name in matrix))
    .map(([name]) => `job '${id}' has no matrix value '${name}'`);
}

/** The groups of every match within the expressions of a document; a condition needs no braces to be one. */
function references(value: unknown, pattern: RegExp): (string | undefined)[][] {
  const conditions = everyMap(value).flatMap(({ map }) => (typeof map['if'] === 'string' ? [map['if']] : []));
  const braced = everyText(value).flatMap((text) =>
    [...text.matchAll(/\$\{\{(.*?)\}\}/gs)].map(([, inner = '']) => inner),
  );
  return [...conditions, ...braced].flatMap((text) => [...text.matchAll(pattern)].map(([, ...groups]) => groups));
}

/** gateProblems returns the jobs that the one required check does not wait for. */
export function gateProblems(file: YamlFile, gate: string): string[] {
  const jobs = jobsOf(file);
  const job = jobs.find(({ id }) => id === gate)?.job;
  if (!job) return [`there is no job '${gate}'`];
  const missing = jobs.filter(({ id }) => id !== gate && !needsOf(job).includes(id));
  return [
    ...missing.map(({ id }) => `'${gate}' does not wait for '${id}'`),
    // Without it a failed job makes this one skipped, and a skipped check counts as passed.
    ...(job['if'] === 'always()' ? [] : [`'${gate}' has no 'if: always()'`]),
  ];
}
