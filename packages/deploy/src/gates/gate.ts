import type { GatePosition, GateResult } from '@slipway/delivery';

/** Gate judges a deployment while it stands still, and may look at it while traffic moves. */
export interface Gate {
  /** `verify`, `alarms`, `analysis`, `command`, `no-traffic-left`. */
  readonly name: string;
  readonly positions: readonly GatePosition[];
  /** How long a judgement may take; the pause is made long enough for it. */
  readonly budgetMinutes: number;
  /** One line for the plan: what it does and when. */
  readonly plan: string;
  /**
   * Judges at a pause. Ends by itself before the deadline; `inconclusive` when it could not tell by then. Rejects with
   * the signal's reason when it aborts; whatever else goes wrong is a result, not an error.
   */
  judge(pause: Pause, signal: AbortSignal): Promise<GateResult>;
  /**
   * Looks while traffic moves or bakes; called at every look at the deployment, it keeps its own pace. A failing
   * result takes the deployment back; undefined when there is nothing to tell.
   */
  watch?(moving: Moving): Promise<GateResult | undefined>;
}

/** A deployment that stands at one of our hooks. */
export interface Pause extends Moving {
  readonly position: GatePosition;
  /** Milliseconds since the epoch by which the judgement has to be there: well before the hook expires. */
  readonly deadline: number;
}

/** What is known of a deployment while it goes on. Times are milliseconds since the epoch. */
export interface Moving {
  readonly deploymentArn: string;
  /** Percent of the production traffic that the new revision is meant to get. */
  readonly percent: number;
  /** When the new revision first got production traffic. */
  readonly trafficSince?: number;
  /** When the present share began. */
  readonly shareSince?: number;
  /** Which target group serves whom; absent when no load balancer is in front. */
  readonly fleets?: Fleets;
}

/** The two fleets behind a load balancer, by what CloudWatch and Elastic Load Balancing call them. */
export interface Fleets {
  readonly productionRuleArn: string;
  readonly newTargetGroupArn: string;
  /** Absent at the first deployment of a service. */
  readonly oldTargetGroupArn?: string;
  /** Absent when neither group is behind a load balancer yet. */
  readonly loadBalancerArn?: string;
}
