import { DEPLOY_SETTINGS } from './deploy-settings.js';
import type { Configuration, EnvironmentConfiguration, TargetOverride } from './schema.js';

/** A setting of a deployment, as it stands in the configuration. */
export type Setting = string | number | boolean | readonly string[] | Readonly<Record<string, string>>;

/** Target is one service in one environment, with everything that holds for it there. */
export interface Target {
  /** The names in the configuration. */
  readonly service: string;
  readonly environment: string;
  /** 12 digits. */
  readonly account: string;
  readonly region: string;
  readonly role: string;
  readonly pushRole: string;
  readonly readRole?: string;
  readonly planRole?: string;
  readonly githubEnvironment: string;
  /** Whose rules hold for going back, where they are not those above. */
  readonly rollbackGithubEnvironment?: string;
  readonly url?: string;
  /** What is promoted from here was deployed so long ago. */
  readonly bakedMinutes?: number;
  /** A check suite for going back. */
  readonly rollbackVerify?: string;
  readonly cluster: string;
  /** What its jobs run on, a label or a JSON list of labels. */
  readonly runner?: string;
  readonly ecsService: string;
  readonly repository: string;
  readonly taskDefinition: string;
  readonly container: string;
  readonly containerEnvironment: Readonly<Record<string, string>>;
  /** bluegreen-deploy's inputs by their names; what is not set is not there. */
  readonly settings: Readonly<Record<string, Setting>>;
}

/** targetOf returns a service in an environment, or undefined where it is left out there, or one of the two is not known. */
export function targetOf(
  { services, environments }: Configuration,
  service: string,
  environment: string,
): Target | undefined {
  const own = Object.hasOwn(services, service) ? services[service] : undefined;
  const place = Object.hasOwn(environments, environment) ? environments[environment] : undefined;
  const override = place?.services && Object.hasOwn(place.services, service) ? place.services[service] : {};
  if (!own || !place || override === undefined || override === false) return undefined;
  const url = override.url ?? place.url;
  const runner = override.runner ?? place.runner;
  const baked = place['promote-baked-minutes'];
  const back = place['rollback-github-environment'];
  const rollbackVerify = override['rollback-verify'] ?? place['rollback-verify'];
  return {
    service,
    environment,
    account: place.account,
    region: place.region,
    role: place.role,
    pushRole: place['push-role'] ?? place.role,
    ...(place['read-role'] === undefined ? {} : { readRole: place['read-role'] }),
    ...(place['plan-role'] === undefined ? {} : { planRole: place['plan-role'] }),
    githubEnvironment: place['github-environment'] ?? environment,
    ...(back === undefined ? {} : { rollbackGithubEnvironment: back }),
    ...(url === undefined ? {} : { url }),
    ...(baked === undefined ? {} : { bakedMinutes: baked }),
    ...(runner === undefined ? {} : { runner }),
    ...(rollbackVerify === undefined ? {} : { rollbackVerify }),
    ...whereOf(service, [override, own, place]),
    taskDefinition: override['task-definition'] ?? own['task-definition'],
    container: override.container ?? own.container ?? service,
    containerEnvironment: { ...own['container-environment'], ...override['container-environment'] },
    settings: settingsOf(place, override),
  };
}

/** Names, as far as they are given; each setting is known to one or two of a service, its environment and what differs there. */
type Names = Readonly<Partial<Record<'cluster' | 'service' | 'repository', string | undefined>>>;

/** whereOf names what a service is in AWS: the first of those who say something decides, and otherwise its own name does. */
export function whereOf(service: string, says: readonly Names[]) {
  const first = (name: keyof Names): string | undefined =>
    says.map((names) => names[name]).find((text) => text !== undefined);
  return {
    cluster: first('cluster') ?? '',
    ecsService: first('service') ?? service,
    repository: first('repository') ?? service,
  };
}

/** The service's own settings win over its environment's. */
function settingsOf(place: EnvironmentConfiguration, override: TargetOverride): Record<string, Setting> {
  const names = Object.keys(DEPLOY_SETTINGS) as (keyof typeof DEPLOY_SETTINGS)[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const given: Setting | undefined = override[name] ?? place[name];
      return given === undefined ? [] : [[name, given]];
    }),
  );
}
