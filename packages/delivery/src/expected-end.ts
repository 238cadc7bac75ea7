import { CANARY_DEFAULTS, LINEAR_DEFAULTS, type Settings } from './settings.js';

/** What is known of where a deployment stands. Times are milliseconds since the epoch. */
export interface Standing {
  readonly lifecycleStage?: string;
  readonly percent: number;
  /** When this stage was first seen with this share. */
  readonly since: number;
  readonly settings: Settings;
  /** How many milliseconds a minute takes: 60,000 but in a rehearsal. */
  readonly minuteMs: number;
}

/** expectedEnd works out when a stage ends that lasts a set time; undefined for one that ends when work is done. */
export function expectedEnd({ lifecycleStage, percent, since, settings, minuteMs }: Standing): number | undefined {
  if (lifecycleStage === 'BAKE_TIME') return since + (settings.bakeTimeInMinutes ?? 0) * minuteMs;
  if (lifecycleStage !== 'PRODUCTION_TRAFFIC_SHIFT' || percent <= 0 || percent >= 100) return undefined;
  const minutes =
    settings.strategy === 'CANARY'
      ? (settings.canaryConfiguration?.canaryBakeTimeInMinutes ?? CANARY_DEFAULTS.canaryBakeTimeInMinutes)
      : (settings.linearConfiguration?.stepBakeTimeInMinutes ?? LINEAR_DEFAULTS.stepBakeTimeInMinutes);
  return since + minutes * minuteMs;
}
