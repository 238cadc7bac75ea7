import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';

/** WeightStep is one shift of production traffic and the time that it is watched before the next. */
export interface WeightStep {
  /** Percent of production traffic for the target revision, above 0 and at most 100. */
  readonly percent: number;
  readonly bakeMinutes: number;
}

/** AWS's defaults for canary and linear deployments. */
export const CANARY_DEFAULTS = { percent: 5, bakeMinutes: 10 } as const;
export const LINEAR_DEFAULTS = { percent: 10, bakeMinutes: 6 } as const;

/** weightSteps returns the shifts of a strategy. The last goes to 100 % and has no bake time of its own. */
export function weightSteps(configuration: DeploymentConfiguration): readonly WeightStep[] {
  const last: WeightStep = { percent: 100, bakeMinutes: 0 };
  switch (configuration.strategy) {
    case 'CANARY': {
      const canary = configuration.canaryConfiguration ?? {};
      const percent = canary.canaryPercent ?? CANARY_DEFAULTS.percent;
      const bakeMinutes = canary.canaryBakeTimeInMinutes ?? CANARY_DEFAULTS.bakeMinutes;
      return percent >= 100 ? [last] : [{ percent, bakeMinutes }, last];
    }
    case 'LINEAR': {
      const linear = configuration.linearConfiguration ?? {};
      const percent = linear.stepPercent ?? LINEAR_DEFAULTS.percent;
      const bakeMinutes = linear.stepBakeTimeInMinutes ?? LINEAR_DEFAULTS.bakeMinutes;
      // In tenths of a percent, the unit of the API: sums of binary fractions would miss 100.
      const tenths = Math.round(percent * 10);
      const before = Math.ceil(1000 / tenths) - 1;
      return [
        ...Array.from({ length: before }, (_, step) => ({ percent: ((step + 1) * tenths) / 10, bakeMinutes })),
        last,
      ];
    }
    case 'BLUE_GREEN':
    case 'ROLLING':
    case undefined:
      return [last];
  }
}

/** ruleWeights turns a percentage into the whole numbers from 0 to 999 that a rule's weights are. */
export function ruleWeights(percent: number): { readonly target: number; readonly source: number } {
  const scale = Number.isInteger(percent) ? 1 : 10;
  const target = Math.round(percent * scale);
  return { target, source: 100 * scale - target };
}
