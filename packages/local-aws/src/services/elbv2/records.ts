import type { RequestFigures } from '../../dataplane/figures.js';
import type { HealthCheck } from '../../dataplane/health-check.js';
import type { ProxyListener } from '../../dataplane/listener.js';
import type { ClaimedAddress } from '../../dataplane/loopback.js';
import type { Condition, RuleAction } from '../../dataplane/rule.js';
import type { TargetPool } from '../../dataplane/target-pool.js';
import type { WeightedChoice } from '../../dataplane/weighted-choice.js';

/** A load balancer: an address with listeners. */
export interface LoadBalancer {
  readonly arn: string;
  readonly name: string;
  readonly region: string;
  readonly settings: LoadBalancerSettings;
  readonly createdTime: Date;
  readonly address: ClaimedAddress;
  readonly listeners: Map<string, Listener>;
  idleTimeoutSeconds: number;
}

/** What the caller chose. There is no VPC here: subnets and security groups are only told again. */
export interface LoadBalancerSettings {
  readonly scheme: string;
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

/** A listener: a real port, and rules by priority, the default rule last. */
export interface Listener {
  readonly arn: string;
  readonly loadBalancerArn: string;
  /** What the caller asked for; `proxy.port` is where it answers. */
  wantedPort: number;
  proxy: ProxyListener;
  readonly figures: RequestFigures;
  rules: readonly Rule[];
}

/** A rule: conditions, all of which a request must meet, and what is then done with it. */
export interface Rule {
  readonly arn: string;
  readonly listenerArn: string;
  readonly priority: number | 'default';
  conditions: ShownConditions;
  action: ShownAction;
  /** What the data plane does: the action, as soon as it has got there. */
  inForce: ActionInForce;
}

/** An action at work. */
export interface ActionInForce {
  readonly meaning: RuleAction;
  /** Begins anew with every change of the action. */
  readonly choice: WeightedChoice;
}

/** Conditions as requests are tested by them, and as the API shows them. */
export interface ShownConditions {
  readonly meaning: readonly Condition[];
  readonly shown: readonly object[];
}

/** An action as it is done, and as the API shows it. */
export interface ShownAction {
  readonly meaning: RuleAction;
  readonly shown: readonly object[];
}

/** A target group, and its live side. */
export interface TargetGroup {
  readonly arn: string;
  readonly name: string;
  readonly region: string;
  readonly port: number;
  readonly vpcId: string | undefined;
  healthCheck: HealthCheckSettings;
  deregistrationDelaySeconds: number;
  /** Whether a client stays with the target that it got, and for how long. */
  stickiness: { readonly enabled: boolean; readonly seconds: number };
  readonly pool: TargetPool;
}

/** A health check as it is made, and the two parameters that the API shows as they were written. */
export interface HealthCheckSettings extends HealthCheck {
  /** `traffic-port` or a number. */
  readonly shownPort: string;
  /** For example `200,204` or `200-299`. */
  readonly matcher: string;
}

/** A tag, as the API writes it. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}
