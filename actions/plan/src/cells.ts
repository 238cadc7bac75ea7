import { ecrHostOf } from '@slipway/core';
import type { ServiceConfiguration, Setting, Target } from '@slipway/configuration';

/**
 * Cell is one job of a matrix: the inputs of its actions by their names, flat texts. What is not set is left out, and
 * an expression that asks for it gives an empty text, which an input takes for not set.
 */
export type Cell = Readonly<Record<string, string>>;

/** imageCell says what is built and tested of a service, and what runs it there where it is deployed first, if anywhere. */
export function imageCell(name: string, service: ServiceConfiguration, first?: Target): Cell {
  return flat({
    service: name,
    context: service.context,
    file: service.file,
    target: service.target,
    platforms: service.platforms,
    runner: service.runner,
    cache: service.cache,
    'build-args': service['build-args'],
    'unit-test-target': service['unit-test-target'],
    'unit-test-command': service['unit-test-command'],
    suite: service.suite,
    port: service.port,
    'test-environment': service['test-environment'],
    'test-secrets': service['test-secrets'],
    'test-services': service['test-services'],
    'compose-file': service['compose-file'],
    'compose-seconds': service['compose-seconds'],
    deployability: service.deployability,
    'task-definition': first?.taskDefinition ?? service['task-definition'],
    container: first?.container ?? service.container ?? name,
  });
}

/** pushCell says where the tested image of a service is pushed to first. */
export function pushCell(target: Target): Cell {
  return flat({
    service: target.service,
    runner: target.runner,
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
    runner: target.runner,
    'github-environment': target.githubEnvironment,
    'rollback-github-environment': target.rollbackGithubEnvironment,
    url: target.url,
    'rollback-verify': target.rollbackVerify,
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
    'source-runner': source.runner,
    'source-github-environment': source.githubEnvironment,
    'source-cluster': source.cluster,
    'source-service': source.ecsService,
    'source-container': source.container,
    'source-role': readerOf(target, source),
    'source-region': source.region,
    'source-account': source.account,
    'source-baked-minutes': source.bakedMinutes,
    // What the source has to pass to be deployed, it has to pass to be promoted.
    'source-verify': source.settings['verify'],
    'source-verify-tags': source.settings['verify-tags'],
    'source-verify-variables': source.settings['verify-variables'],
    'source-url': source.settings['production-url'],
    'evidence-role': source.readRole ?? source.role,
    ...viewOf(target, { ...source, role: source.readRole ?? source.role }),
  });
}

/** What a look at a service before a promotion needs to know of a place. */
type Viewed = Readonly<
  Partial<
    Record<'role' | 'planRole' | 'region' | 'account' | 'cluster' | 'ecsService' | 'repository', string | undefined>
  >
>;

/**
 * viewOf says by whom, and against what, the changes of a promotion are told. A job of the source's environment does it,
 * before anybody approves: it can be nobody of the target's, unless the target has a role for that, or the same one. Where
 * it has none, the source's account is all that can be compared with.
 *
 * @param source by the role that reads it
 */
export function viewOf(target: Viewed, source: Pick<Viewed, 'role' | 'region' | 'account'>) {
  const role = target.planRole ?? (source.role === target.role ? target.role : undefined);
  const seen = role === undefined ? source : { ...target, role };
  return {
    'plan-role': seen.role,
    'plan-region': seen.region,
    'plan-account': seen.account,
    ...(role === undefined
      ? {}
      : { 'plan-cluster': target.cluster, 'plan-service': target.ecsService, 'plan-repository': target.repository }),
  };
}

/** Where a push went to another repository than the target's, the target's job copies the bytes from there. */
function bytesOf(target: Target, pushedTo: Target) {
  const places = [target, pushedTo].map(({ account, region, repository }) => `${account}/${region}/${repository}`);
  if (places[0] === places[1]) return {};
  return {
    'source-registry': ecrHostOf(pushedTo.account, pushedTo.region),
    'source-repository': pushedTo.repository,
    'source-region': pushedTo.region,
    'source-role': readerOf(target, pushedTo),
  };
}

/** Within one account the target's own role may read; across two, the earlier environment gives one (the reader saw to it). */
function readerOf(target: Target, source: Target): string {
  return source.readRole ?? (source.account === target.account ? target.role : '');
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
