/** ElbPort is what the suite asks of Elastic Load Balancing; it only reads. */
export interface ElbPort {
  targetHealth(targetGroupArn: string): Promise<readonly TargetHealthState[]>;
  /** The weighted target groups of a rule's forward action; a single target group counts as weight 1. */
  ruleWeights(ruleArn: string): Promise<readonly { readonly targetGroupArn: string; readonly weight: number }[]>;
  /** Undefined for what does not exist. */
  targetGroup(targetGroupArn: string): Promise<TargetGroupState | undefined>;
  loadBalancer(loadBalancerArn: string): Promise<LoadBalancerState | undefined>;
  listener(listenerArn: string): Promise<ListenerState | undefined>;
}

export interface TargetGroupState {
  readonly arn: string;
  readonly name: string;
  /** None when no listener rule names it. */
  readonly loadBalancerArns: readonly string[];
  readonly healthCheckIntervalSeconds?: number;
  readonly deregistrationDelaySeconds?: number;
}

export interface LoadBalancerState {
  readonly arn: string;
  /** application, network or gateway; an open set. */
  readonly type: string;
  readonly dnsName: string;
}

export interface ListenerState {
  readonly arn: string;
  readonly loadBalancerArn: string;
  readonly port: number;
  /** HTTP, HTTPS, TCP, TLS; an open set. */
  readonly protocol: string;
}

export interface TargetHealthState {
  /** `ip:port`. */
  readonly target: string;
  /** An open set of AWS's words. */
  readonly state: string;
  readonly reason?: string;
  readonly description?: string;
}
