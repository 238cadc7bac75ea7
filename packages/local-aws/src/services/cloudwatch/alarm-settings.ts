import type { Comparison } from './comparisons.js';
import type { MissingData } from './evaluate.js';
import type { Query } from './queries.js';

/** AlarmSettings is what a metric alarm watches, and by which rule. */
export interface AlarmSettings {
  readonly name: string;
  /** Exactly one of them is returned: that is the one that is watched. */
  readonly queries: readonly Query[];
  readonly periodMinutes: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly threshold: number;
  readonly comparison: Comparison;
  readonly missingData: MissingData;
  /** The settings as the API shows them. */
  readonly shown: object;
}
