/** How ECS meets ELBv2 inside local-aws: the few calls that ECS makes on a load balancer on our behalf. */
export interface LoadBalancing {
  /** Whether a target group of that ARN exists, and whether a listener or rule forwards to it. */
  targetGroup(targetGroupArn: string): { readonly attached: boolean } | undefined;

  /** registerTarget adds a target, by IP address and port; its health checks begin at once. */
  registerTarget(targetGroupArn: string, target: Target, probe?: HealthProbe): void;

  /**
   * deregisterTarget sends the target no new request and resolves when it has drained: the deregistration
   * delay is over. With draining switched off it cuts the target's connections and resolves at once.
   */
  deregisterTarget(targetGroupArn: string, target: Target): Promise<void>;

  /** The health of every registered or draining target, as DescribeTargetHealth would tell it. */
  targetHealth(targetGroupArn: string): readonly TargetHealth[];

  /** onHealthChange calls back whenever targetHealth() of a group may tell something else than before. */
  onHealthChange(listener: (targetGroupArn: string) => void): void;

  /** The weighted target groups that a rule forwards to, in order; undefined when there is no such rule. */
  forwardWeights(ruleArn: string): readonly TargetGroupWeight[] | undefined;

  /** setForwardWeights replaces the weights of a rule's forward action. New requests follow them once they have propagated. */
  setForwardWeights(ruleArn: string, weights: readonly TargetGroupWeight[]): void;
}

/** HealthProbe answers a health check in place of a target's socket: with a status, or undefined for no answer. */
export type HealthProbe = (path: string) => number | undefined;

export interface Target {
  /** An IPv4 address. */
  readonly id: string;
  readonly port: number;
}

export interface TargetHealth extends Target {
  /** AWS's words: an open set. */
  readonly state: 'initial' | 'healthy' | 'unhealthy' | 'draining' | 'unused';
  readonly reason?: string;
  readonly description?: string;
}

export interface TargetGroupWeight {
  readonly targetGroupArn: string;
  /** 0 to 999. 0 means none. */
  readonly weight: number;
}
