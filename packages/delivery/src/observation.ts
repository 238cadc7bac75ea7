import type { Settings } from './settings.js';

/** What was there before anything was changed. */
export interface Observation {
  readonly service: ObservedService;
  readonly wanted: {
    readonly arn: string;
    readonly containers: readonly { readonly name: string; readonly image: string }[];
  };
  /** A deployment of the service that has not ended. */
  readonly inFlight?: ObservedDeployment;
  /** Whether any deployment of the service was ever completed: without one there is nothing to go back to. */
  readonly hasSucceeded: boolean;
  /** Absent when no load balancer is in front. */
  readonly traffic?: ObservedTraffic;
  readonly alarms: readonly { readonly name: string; readonly state: string; readonly reason?: string }[];
  readonly credentials: CredentialsLifetime;
  /** Who holds deliveries, and why; absent when nobody does. */
  readonly hold?: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface ObservedService {
  readonly name: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly taskDefinitionArn: string;
  /** ECS, CODE_DEPLOY or EXTERNAL; an open set. */
  readonly controller: string;
  /** The service's own, leftovers of a killed run already taken out. */
  readonly settings: Settings;
  /** Whether the service has settings of another run, which may be gone at any moment. */
  readonly hasLeftovers?: boolean;
  readonly loadBalancers: readonly ObservedLoadBalancer[];
}

export interface ObservedLoadBalancer {
  readonly targetGroupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
  readonly alternateTargetGroupArn?: string;
  readonly productionListenerRule?: string;
  readonly testListenerRule?: string;
  readonly roleArn?: string;
}

export interface ObservedDeployment {
  readonly arn: string;
  readonly status: string;
  /** What it deploys, where ECS tells. */
  readonly taskDefinitionArn?: string;
  /** Whether a run of ours started it. */
  readonly isOurs: boolean;
}

/** The production traffic as the load balancer has it. */
export interface ObservedTraffic {
  /** application, network or gateway; an open set. */
  readonly loadBalancerType: string;
  readonly weights: readonly { readonly targetGroupArn: string; readonly weight: number }[];
  /** Of the groups that get production traffic. */
  readonly liveTargets: readonly { readonly target: string; readonly state: string }[];
  readonly deregistrationDelaySeconds?: number;
}

/** How long the job's credentials last. */
export type CredentialsLifetime =
  | { readonly kind: 'lasting' }
  /** Assumed by us, and assumed again before they end. */
  | { readonly kind: 'renewing' }
  | { readonly kind: 'until'; readonly at: Date }
  /** Temporary ones that do not say when they end. */
  | { readonly kind: 'unknown' };

/** shortName returns `family:revision` of a task definition's ARN. */
export function shortName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
