import type { ServiceConfiguration, Setting, Target } from '@slipway/configuration';

/**
 * Cell is one job of a matrix: the inputs of its actions by their names, flat texts. What is not set is left out, and
 * an expression that asks for it gives an empty text, which an input takes for not set.
 */
export type Cell = Readonly<Record<string, string>>;

/** imageCell says what is built and tested of a service. */
export function imageCell(name: string, service: ServiceConfiguration): Cell {
  return flat({
    service: name,
    context: service.context,
    file: service.file,
    target: service.target,
    platforms: service.platforms,
    'build-args': service['build-args'],
    'unit-test-target': service['unit-test-target'],
    'unit-test-command': service['unit-test-command'],
    suite: service.suite,
    port: service.port,
    'test-environment': service['test-environment'],
    deployability: service.deployability,
    'task-definition': service['task-definition'],
    container: service.container ?? name,
  });
}

/** pushCell says where the tested image of a service is pushed to first. */
export function pushCell(target: Target): Cell {
  return flat({
    service: target.service,
    repository: target.repository,
    region: target.region,
    role: target.pushRole,
    account: target.account,
    'github-environment': target.githubEnvironment,
    'role-duration-seconds': target.settings['role-duration-seconds'],
  });
}

/** stageCell says how a service is deployed in an environment, and where its bytes are when another registry has them. */
export function stageCell(target: Target, pushedTo: Target): Cell {
  return flat({
    service: target.service,
    environment: target.environment,
    'github-environment': target.githubEnvironment,
    url: target.url,
    account: target.account,
    region: target.region,
    role: target.role,
    'push-role': target.pushRole,
    cluster: target.cluster,
    'ecs-service': target.ecsService,
    repository: target.repository,
    'task-definition': target.taskDefinition,
    container: target.container,
    'container-environment': target.containerEnvironment,
    ...target.settings,
    ...bytesOf(target, pushedTo),
  });
}

/** promotionCell is the cell of the target with what is promoted: what the source really runs. */
export function promotionCell(target: Target, source: Target): Cell {
  return flat({
    ...stageCell(target, source),
    'source-environment': source.environment,
    'source-github-environment': source.githubEnvironment,
    'source-cluster': source.cluster,
    'source-service': source.ecsService,
    'source-role': readerOf(target, source),
    'source-region': source.region,
    'source-account': source.account,
    // Before anybody approves, a job of the source's environment looks: it can be nobody of the target's.
    'evidence-role': source.readRole ?? source.role,
  });
}

/** Where a push went to another repository than the target's, the target's job copies the bytes from there. */
function bytesOf(target: Target, pushedTo: Target) {
  const places = [target, pushedTo].map(({ account, region, repository }) => `${account}/${region}/${repository}`);
  if (places[0] === places[1]) return {};
  return {
    'source-registry': registryOf(pushedTo),
    'source-repository': pushedTo.repository,
    'source-region': pushedTo.region,
    'source-role': readerOf(target, pushedTo),
  };
}

/** Within one account the target's own role may read; across two, the earlier environment gives one (the reader saw to it). */
function readerOf(target: Target, source: Target): string {
  return source.readRole ?? (source.account === target.account ? target.role : '');
}

/** registryOf returns the host of the registry of an account in a region. */
export function registryOf({ account, region }: Pick<Target, 'account' | 'region'>): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

function flat(members: Readonly<Record<string, Setting | undefined>>): Cell {
  const texts = Object.entries(members).map(([name, setting]) => [name, textOf(setting)] as const);
  return Object.fromEntries(texts.filter(([, text]) => text !== ''));
}

/** Lists and maps as an action's input takes them: one entry a line. */
function textOf(setting: Setting | undefined): string {
  if (setting === undefined) return '';
  if (typeof setting !== 'object') return String(setting);
  const lines = isList(setting) ? setting : Object.entries(setting).map(([name, value]) => `${name}=${value}`);
  return lines.join('\n');
}

function isList(setting: Setting): setting is readonly string[] {
  return Array.isArray(setting);
}
