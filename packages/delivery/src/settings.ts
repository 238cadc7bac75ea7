/**
 * How a service deploys, in the members and words of ECS's `DeploymentConfiguration`. Members that are not named here
 * are carried along unchanged.
 */
export interface Settings {
  /** ROLLING, BLUE_GREEN, CANARY, LINEAR; an open set. */
  readonly strategy?: string;
  readonly bakeTimeInMinutes?: number;
  readonly canaryConfiguration?: { readonly canaryPercent?: number; readonly canaryBakeTimeInMinutes?: number };
  readonly linearConfiguration?: { readonly stepPercent?: number; readonly stepBakeTimeInMinutes?: number };
  readonly alarms?: { readonly alarmNames: readonly string[]; readonly enable: boolean; readonly rollback: boolean };
  readonly deploymentCircuitBreaker?: { readonly enable: boolean; readonly rollback: boolean };
  readonly lifecycleHooks?: readonly Hook[];
}

/** A lifecycle hook in ECS's words. */
export interface Hook {
  readonly targetType?: string;
  readonly lifecycleStages?: readonly string[];
  readonly timeoutConfiguration?: { readonly timeoutInMinutes?: number; readonly action?: string };
}

/** ECS's defaults where a service or a call says nothing (API reference, CanaryConfiguration and LinearConfiguration). */
export const CANARY_DEFAULTS = { canaryPercent: 5, canaryBakeTimeInMinutes: 10 } as const;
export const LINEAR_DEFAULTS = { stepPercent: 10, stepBakeTimeInMinutes: 6 } as const;

/** The deployments whose traffic ECS itself shifts between two target groups. */
const SHIFTING: ReadonlySet<string> = new Set(['BLUE_GREEN', 'CANARY', 'LINEAR']);

/** isShifting tells whether a strategy of ECS moves traffic from one fleet to another. */
export function isShifting(strategy: string | undefined): boolean {
  return strategy !== undefined && SHIFTING.has(strategy);
}

/** shiftMinutes returns the least time between the first production traffic and all of it, by the settings alone. */
export function shiftMinutes(settings: Settings): number {
  if (settings.strategy === 'CANARY') {
    return settings.canaryConfiguration?.canaryBakeTimeInMinutes ?? CANARY_DEFAULTS.canaryBakeTimeInMinutes;
  }
  if (settings.strategy !== 'LINEAR') return 0;
  const { stepPercent, stepBakeTimeInMinutes } = { ...LINEAR_DEFAULTS, ...settings.linearConfiguration };
  // After the last step comes the bake time instead.
  return (Math.ceil(100 / stepPercent) - 1) * stepBakeTimeInMinutes;
}

/** shiftSteps returns how many changes of weight the settings lead to. */
export function shiftSteps(settings: Settings): number {
  if (settings.strategy === 'CANARY') return 2;
  if (settings.strategy !== 'LINEAR') return 1;
  return Math.ceil(100 / (settings.linearConfiguration?.stepPercent ?? LINEAR_DEFAULTS.stepPercent));
}
