import { SlipwayError } from '@slipway/core';
import { MAX_CELLS, MAX_STAGES, targetOf, type Configuration, type Target } from '@slipway/configuration';
import { imageCell, pushCell, stageCell, type Cell } from './cells.js';

/** Matrices are the jobs of a delivery. */
export interface Matrices {
  readonly images: readonly Cell[];
  readonly pushes: readonly Cell[];
  /** In their order; one without cells has nothing of these services. */
  readonly stages: readonly Stage[];
}

/** Stage is the services that are deployed at the same time to one environment. */
export interface Stage {
  readonly environment: string;
  readonly githubEnvironment: string;
  readonly cells: readonly Cell[];
}

/** matricesOf plans the delivery of services to environments, in their order: each is pushed once, to the first that has it. */
export function matricesOf(
  configuration: Configuration,
  services: readonly string[],
  environments: readonly string[],
): Matrices {
  const routes = services
    .map((service) => routeOf(configuration, service, environments))
    .filter((route) => route.length > 0);
  const stages = environments.map((environment) => ({
    environment,
    githubEnvironment: configuration.environments[environment]?.['github-environment'] ?? environment,
    cells: routes.flatMap((route) =>
      route
        .filter((target) => target.environment === environment)
        .map((target) => stageCell(target, route[0] ?? target)),
    ),
  }));
  return {
    images: imagesOf(
      configuration,
      routes.flatMap(([first]) => (first ? [first.service] : [])),
      environments,
    ),
    pushes: routes.flatMap(([first]) => (first ? [pushCell(first)] : [])),
    stages: stages.filter(({ cells }) => cells.length > 0),
  };
}

/** imagesOf returns what is built and tested of services: as the first of the environments that has it will run it. */
export function imagesOf(
  configuration: Configuration,
  names: readonly string[],
  environments: readonly string[],
): readonly Cell[] {
  return names.flatMap((name) => {
    const service = configuration.services[name];
    return service ? [imageCell(name, service, routeOf(configuration, name, environments)[0])] : [];
  });
}

function routeOf(configuration: Configuration, service: string, environments: readonly string[]): readonly Target[] {
  return environments.flatMap((environment) => targetOf(configuration, service, environment) ?? []);
}

/** GitHub keeps 1 MB of outputs for a job and counts two bytes for a character (its documentation of job outputs). */
const MAX_OUTPUT_CHARS = (1024 * 1024) / 2;

/** Texts of the matrices, each under the name of its output; empty where there is nothing. */
export type MatrixTexts = Readonly<Record<'images' | 'pushes' | `stage-${1 | 2 | 3 | 4}`, string>>;

/**
 * textsOf writes matrices as the workflow's jobs read them.
 *
 * @throws SlipwayError PLAN_TOO_LARGE
 */
export function textsOf({ images, pushes, stages }: Matrices): MatrixTexts {
  const stage = (number: number) => matrix(stages[number - 1]?.cells ?? []);
  const texts = {
    images: matrix(images),
    pushes: matrix(pushes),
    'stage-1': stage(1),
    'stage-2': stage(2),
    'stage-3': stage(3),
    'stage-4': stage(4),
  };
  const chars = Object.values(texts).reduce((sum, text) => sum + text.length, 0);
  if (chars > MAX_OUTPUT_CHARS)
    throw tooLarge(`its matrices have ${chars} characters, and a job's outputs may have ${MAX_OUTPUT_CHARS}`);
  if (images.length > MAX_CELLS)
    throw tooLarge(`it has ${images.length} images, and a matrix may have ${MAX_CELLS} jobs`);
  if (stages.length > MAX_STAGES)
    throw tooLarge(`it has ${stages.length} stages, and a delivery may have ${MAX_STAGES}`);
  return texts;
}

function matrix(cells: readonly Cell[]): string {
  return cells.length === 0 ? '' : JSON.stringify({ include: cells });
}

function tooLarge(why: string): SlipwayError {
  return new SlipwayError({
    code: 'PLAN_TOO_LARGE',
    message: `The plan does not fit into a run of GitHub: ${why}.`,
    hint: 'Divide the services among several configurations, each delivered by a workflow of its own, or deliver fewer of them at a time (services).',
  });
}
