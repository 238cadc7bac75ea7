/** A task definition's revision, as far as a deployment needs it. */
export interface TaskDefinitionRevision {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  /** AWS's word, an open set: ACTIVE, INACTIVE, DELETE_IN_PROGRESS. */
  readonly status: string;
  readonly containers: readonly { readonly name: string; readonly image: string }[];
}

/** A service as it is now. */
export interface ServiceState {
  readonly arn: string;
  readonly name: string;
  readonly status: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly taskDefinitionArn: string;
  /** ECS, CODE_DEPLOY or EXTERNAL; an open set. */
  readonly controller: string;
  /** ROLLING, BLUE_GREEN, LINEAR, CANARY; an open set. */
  readonly strategy: string;
  readonly loadBalancers: readonly ServiceLoadBalancer[];
  readonly currentDeploymentArn?: string;
  /** Newest first. */
  readonly events: readonly { readonly at: Date; readonly message: string }[];
}

export interface ServiceLoadBalancer {
  readonly targetGroupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
  readonly alternateTargetGroupArn?: string;
  readonly productionListenerRule?: string;
  readonly testListenerRule?: string;
}

/** A service deployment: the thing that moves traffic from one service revision to another. */
export interface ServiceDeploymentState {
  readonly arn: string;
  /** An open set of AWS's words. */
  readonly status: string;
  readonly statusReason?: string;
  /** An open set; absent before the first stage. */
  readonly lifecycleStage?: string;
  readonly targetRevisionArn?: string;
  readonly createdAt?: Date;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** Percent of production and test traffic that the target revision is meant to get. */
  readonly productionWeight?: number;
  readonly testWeight?: number;
  readonly requestedTaskCount?: number;
  readonly runningTaskCount?: number;
  readonly rollbackReason?: string;
  readonly triggeredAlarms: readonly string[];
  readonly circuitBreaker?: { readonly status: string; readonly failureCount: number; readonly threshold: number };
}

export interface TaskState {
  readonly arn: string;
  readonly taskDefinitionArn: string;
  readonly lastStatus: string;
  readonly startedBy?: string;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  readonly containers: readonly TaskContainer[];
}

export interface TaskContainer {
  readonly name: string;
  readonly image: string;
  /** What the task's engine pulled; absent until it has. */
  readonly imageDigest?: string;
  readonly exitCode?: number;
  readonly reason?: string;
}

/** What an UpdateService of ours carries: only what was asked for goes on the wire. */
export interface ServiceUpdate {
  readonly cluster: string;
  readonly service: string;
  readonly taskDefinition: string;
  readonly forceNewDeployment?: boolean;
}
