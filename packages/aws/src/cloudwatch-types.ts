/** CloudWatchPort is what the suite asks of CloudWatch. Every method throws SlipwayErrors with codes AWS_*. */
export interface CloudWatchPort {
  /** The alarms of these names that exist, metric and composite ones. */
  alarms(names: readonly string[]): Promise<readonly AlarmState[]>;
  /**
   * The minutes of some target groups, oldest first, from `since` up to now. A minute without a datapoint counts 0;
   * the minute that is not over is left out.
   */
  targetGroupMinutes(query: TargetGroupQuery): Promise<readonly TargetGroupMinutes[]>;
}

export interface AlarmState {
  readonly name: string;
  /** OK, ALARM or INSUFFICIENT_DATA; an open set. */
  readonly state: string;
  readonly reason?: string;
  readonly updatedAt?: Date;
}

export interface TargetGroupQuery {
  /** `app/name/id`: the part of the load balancer's ARN that CloudWatch calls LoadBalancer. */
  readonly loadBalancer: string;
  /** `targetgroup/name/id`. */
  readonly targetGroups: readonly string[];
  /** Milliseconds since the epoch; rounded down to the minute. */
  readonly since: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How many milliseconds a minute takes: 60,000, the default, but in a rehearsal. */
  readonly minuteMs?: number;
  /** When set, `slow` is the number of requests that took longer than so many seconds. */
  readonly slowerThanSeconds?: number;
}

export interface TargetGroupMinutes {
  readonly targetGroup: string;
  readonly minutes: readonly {
    /** Milliseconds since the epoch at which the minute began. */
    readonly at: number;
    readonly requests: number;
    /** HTTPCode_Target_5XX_Count and TargetConnectionErrorCount together. */
    readonly errors: number;
    readonly slow?: number;
  }[];
}
