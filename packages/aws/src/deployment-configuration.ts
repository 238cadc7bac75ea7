/**
 * How a service deploys, in the members and words of ECS's own `DeploymentConfiguration`: what was read can be sent
 * back as it was. Only members that were there are there.
 */
export interface DeploymentConfiguration {
  /** ROLLING, BLUE_GREEN, CANARY, LINEAR; an open set. */
  readonly strategy?: string;
  readonly bakeTimeInMinutes?: number;
  readonly canaryConfiguration?: { readonly canaryPercent?: number; readonly canaryBakeTimeInMinutes?: number };
  readonly linearConfiguration?: { readonly stepPercent?: number; readonly stepBakeTimeInMinutes?: number };
  readonly alarms?: DeploymentAlarms;
  readonly deploymentCircuitBreaker?: { readonly enable: boolean; readonly rollback: boolean };
  readonly lifecycleHooks?: readonly LifecycleHook[];
  readonly minimumHealthyPercent?: number;
  readonly maximumPercent?: number;
}

/** The alarms that ECS itself watches. */
export interface DeploymentAlarms {
  readonly alarmNames: readonly string[];
  readonly enable: boolean;
  readonly rollback: boolean;
}

/** A place at which ECS waits for a Lambda function's or a person's word. */
export interface LifecycleHook {
  /** AWS_LAMBDA or PAUSE; an open set. */
  readonly targetType?: string;
  readonly hookTargetArn?: string;
  readonly roleArn?: string;
  readonly lifecycleStages?: readonly string[];
  readonly hookDetails?: unknown;
  readonly timeoutConfiguration?: { readonly timeoutInMinutes?: number; readonly action?: string };
}
