import type { Problem } from '@slipway/yaml-source';
import { whereOf } from '../target.js';
import { asRaw, ownMember, textsIn } from './raw.js';
import type { Parts } from './parts.js';
import { servicesOf } from './stages.js';

/**
 * sharingProblems finds two services that would overwrite each other in one environment: one ECS service deployed
 * twice by one stage, one repository in which a commit's tag can name one image only.
 */
export function sharingProblems(parts: Parts): Problem[] {
  return Object.keys(parts.environments).flatMap((environment) => {
    const targets = servicesOf(parts, environment).map((service) => targetOf(parts, environment, service));
    return [
      ...twice(targets, ({ ecsService }) => ecsService).map(([first, second]) => ({
        ...positionOf(parts, environment, second),
        message: `'${second.name}' and '${first.name}' are the same ECS service in '${environment}', ${second.ecsService}: give one of them its 'service'`,
      })),
      ...twice(targets, ({ repository }) => repository).map(([first, second]) => ({
        ...positionOf(parts, environment, second),
        message: `'${second.name}' and '${first.name}' have the same repository in '${environment}', ${second.repository}: a tag names one image only`,
      })),
    ];
  });
}

interface Target {
  readonly name: string;
  /** `cluster/service`, the cluster by its name. */
  readonly ecsService: string;
  readonly repository: string;
}

function targetOf({ services, environments }: Parts, environment: string, name: string): Target {
  const settings = asRaw(environments[environment]);
  const override = asRaw(ownMember(asRaw(settings['services']), name));
  const { cluster, ecsService, repository } = whereOf(name, [override, asRaw(services[name]), settings].map(textsIn));
  return { name, ecsService: `${cluster.split('/').at(-1) ?? ''}/${ecsService}`, repository };
}

/** Pairs of which the second has the key of the first. */
function twice(targets: readonly Target[], keyOf: (target: Target) => string): (readonly [Target, Target])[] {
  const seen = new Map<string, Target>();
  return targets.flatMap((target) => {
    const first = seen.get(keyOf(target));
    if (!first) seen.set(keyOf(target), target);
    return first ? [[first, target] as const] : [];
  });
}

function positionOf({ yaml }: Parts, environment: string, { name }: Target) {
  const overridden = ['environments', environment, 'services'];
  return yaml.has([...overridden, name])
    ? yaml.positionOfKey(overridden, name)
    : yaml.positionOfKey(['services'], name);
}
