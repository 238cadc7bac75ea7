import { SlipwayError } from '@slipway/core';
import type { Intent, Strategy } from './intent.js';
import type { ObservedLoadBalancer, ObservedService } from './observation.js';
import { pausesFor, type PauseHook } from './pauses.js';
import { isShifting, type Settings } from './settings.js';

/** What a run changes of a service, and what it puts back when it has ended. */
export interface Change {
  /** The settings that this deployment runs by, our pauses included. */
  readonly settings: Settings;
  /** Whether the settings go on the wire: a plain rolling update sends the revision and nothing else. */
  readonly sendsSettings: boolean;
  /** Only when the service is moved to two target groups now. */
  readonly loadBalancers?: readonly ObservedLoadBalancer[];
  readonly pauses: readonly PauseHook[];
  /** What the service gets back at the end; absent when nothing of its own was changed. */
  readonly putBack?: Settings;
}

const WORDS: Readonly<Record<Strategy, string>> = {
  rolling: 'ROLLING',
  'all-at-once': 'BLUE_GREEN',
  canary: 'CANARY',
  linear: 'LINEAR',
};

/**
 * changeFor works out the settings of a deployment from the service's own and from what was asked for.
 *
 * @throws SlipwayError DEPLOY_STRATEGY_UNSUPPORTED
 */
export function changeFor(service: ObservedService, intent: Intent): Change {
  const strategy = intent.strategy ? WORDS[intent.strategy] : (service.settings.strategy ?? 'ROLLING');
  assertPossible(service, { strategy, isMoved: intent.move !== undefined });
  const asked = withAlarms(withSteps({ ...service.settings, strategy }, intent), intent);
  const pauses = pausesFor(asked, intent);
  const own = service.settings.lifecycleHooks ?? [];
  const settings =
    pauses.length > 0 ? { ...asked, lifecycleHooks: [...own, ...pauses] } : withoutHooksOfOthers(asked, strategy);
  const sendsSettings = service.hasLeftovers === true || !sameSettings(settings, service.settings);
  return {
    settings,
    sendsSettings,
    pauses,
    ...(intent.move ? { loadBalancers: movedTo(service, intent.move) } : {}),
    ...(sendsSettings ? { putBack: putBackFor(service.settings, intent.move ? asked : undefined) } : {}),
  };
}

/** ECS refuses lifecycle hooks on a rolling update. */
function withoutHooksOfOthers(settings: Settings, strategy: string): Settings {
  if (strategy !== 'ROLLING' || !settings.lifecycleHooks?.length) return settings;
  return { ...settings, lifecycleHooks: [] };
}

function withSteps(settings: Settings, intent: Intent): Settings {
  const { canaryConfiguration, linearConfiguration, ...rest } = settings;
  if (!isShifting(settings.strategy)) return rest;
  const bakeTimeInMinutes = intent.bakeMinutes ?? settings.bakeTimeInMinutes ?? 0;
  if (settings.strategy === 'CANARY') {
    const asked = present({
      canaryPercent: intent.canaryPercent,
      canaryBakeTimeInMinutes: intent.canaryBakeMinutes,
    });
    return { ...rest, bakeTimeInMinutes, canaryConfiguration: { ...canaryConfiguration, ...asked } };
  }
  if (settings.strategy === 'LINEAR') {
    const asked = present({ stepPercent: intent.stepPercent, stepBakeTimeInMinutes: intent.stepBakeMinutes });
    return { ...rest, bakeTimeInMinutes, linearConfiguration: { ...linearConfiguration, ...asked } };
  }
  return { ...rest, bakeTimeInMinutes };
}

/** ECS watches the alarms too: after our last pause it is alone with them. */
function withAlarms(settings: Settings, { alarms }: Intent): Settings {
  if (alarms.length === 0) return settings;
  const alarmNames = [...new Set([...(settings.alarms?.alarmNames ?? []), ...alarms])];
  return { ...settings, alarms: { alarmNames, enable: true, rollback: true } };
}

/** A moved service keeps its new strategy; only our pauses and alarms go. */
function putBackFor(own: Settings, moved: Settings | undefined): Settings {
  if (!moved) return own;
  const ours = new Set(['lifecycleHooks', 'alarms']);
  return { ...Object.fromEntries(Object.entries(moved).filter(([name]) => !ours.has(name))), ...pick(own) };
}

function pick({ lifecycleHooks, alarms }: Settings): Settings {
  return { ...(lifecycleHooks ? { lifecycleHooks } : {}), ...(alarms ? { alarms } : {}) };
}

/** explicit says what is absent as empty: UpdateService keeps members that a call leaves out. */
export function explicit(settings: Settings): Settings {
  return {
    ...settings,
    lifecycleHooks: settings.lifecycleHooks ?? [],
    alarms: settings.alarms ?? { alarmNames: [], enable: false, rollback: false },
  };
}

function movedTo(service: ObservedService, move: NonNullable<Intent['move']>): readonly ObservedLoadBalancer[] {
  return service.loadBalancers.map((balancer) => ({ ...balancer, ...move }));
}

function assertPossible(
  service: ObservedService,
  { strategy, isMoved }: { readonly strategy: string; readonly isMoved: boolean },
): void {
  if (service.controller !== 'ECS') {
    throw unsupported(service, `its deployment controller is ${service.controller}`, "Set its controller to 'ECS'.");
  }
  if (!isShifting(strategy) || isMoved || service.loadBalancers.length === 0) {
    if (isMoved && service.loadBalancers.length !== 1) {
      const count = service.loadBalancers.length;
      throw unsupported(
        service,
        `it has ${count} target groups and the inputs name one alternate`,
        'Set it up in ECS.',
      );
    }
    if (isShifting(strategy) && service.loadBalancers.length === 0) {
      throw unsupported(service, 'it has no load balancer whose traffic could be shifted', "Set 'strategy: rolling'.");
    }
    return;
  }
  if (service.loadBalancers.every(({ alternateTargetGroupArn }) => alternateTargetGroupArn !== undefined)) return;
  throw unsupported(
    service,
    'it has no alternate target group',
    "Set 'alternate-target-group-arn', 'production-listener-rule-arn' and 'infrastructure-role-arn', or 'strategy: rolling'.",
  );
}

function unsupported(service: ObservedService, why: string, hint: string): SlipwayError {
  return new SlipwayError({
    code: 'DEPLOY_STRATEGY_UNSUPPORTED',
    message: `The service '${service.name}' cannot be deployed so: ${why}.`,
    hint: `${hint} Nothing was changed.`,
  });
}

/** sameSettings tells whether two settings say the same, whatever the order of their members. */
export function sameSettings(one: Settings, other: Settings): boolean {
  return canonical(one) === canonical(other);
}

/** canonical returns a value as JSON with its members in order; absent and empty are the same. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(value));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const members = Object.entries(value)
    .map(([name, member]) => [name, sorted(member)] as const)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function present<T extends object>(members: { [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
}
