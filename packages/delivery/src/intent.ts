import type { GatePosition } from './gates.js';

/** How traffic is meant to move. `all-at-once` is ECS's BLUE_GREEN. */
export const STRATEGIES = ['rolling', 'all-at-once', 'canary', 'linear'] as const;

export type Strategy = (typeof STRATEGIES)[number];

/** What is refused unless it is allowed by name: each refusal protects from something. */
export const LIFTABLE = [
  'unhealthy-fleet',
  'active-alarm',
  'nothing-runs',
  'unexpected-weights',
  'short-credentials',
] as const;

export type Liftable = (typeof LIFTABLE)[number];

/** What a run was asked to do. Times are minutes; what is absent was not asked for and does not go on the wire. */
export interface Intent {
  readonly strategy?: Strategy;
  readonly bakeMinutes?: number;
  readonly canaryPercent?: number;
  readonly canaryBakeMinutes?: number;
  readonly stepPercent?: number;
  readonly stepBakeMinutes?: number;
  /** Watched by our gate, and by ECS itself when we are gone. */
  readonly alarms: readonly string[];
  readonly move?: Move;
  readonly desiredCount?: number;
  readonly forceNewDeployment: boolean;
  /** How long the gates may take at each position; 0 where there is none. */
  readonly gateMinutes: Readonly<Record<GatePosition, number>>;
  /** What each gate does, one line each. */
  readonly gatePlans: readonly string[];
  /** The program or migration that runs first; absent when there is none. */
  readonly task?: string;
  readonly allow: readonly Liftable[];
  readonly ifInProgress: 'fail' | 'wait' | 'supersede';
  readonly timeoutMinutes: number;
  readonly onCancel: 'rollback' | 'leave';
  /** Leave when this stage is reached: one after our last pause. */
  readonly waitUntil?: WaitUntil;
  /** Whoever goes back does what the hold is for. */
  readonly ignoresHold?: boolean;
}

/** A service without two target groups gets the second one now. */
export interface Move {
  readonly alternateTargetGroupArn: string;
  readonly productionListenerRule: string;
  readonly testListenerRule?: string;
  /** ECS's infrastructure role. */
  readonly roleArn: string;
}

/** The stages after our last pause, in ECS's words. */
export const WAIT_UNTIL = ['BAKE_TIME', 'CLEAN_UP'] as const;

export type WaitUntil = (typeof WAIT_UNTIL)[number];
