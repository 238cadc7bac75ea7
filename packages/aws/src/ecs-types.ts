import type { DeploymentConfiguration } from './deployment-configuration.js';

/** A task definition's revision, as far as a deployment needs it. */
export interface TaskDefinitionRevision {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  /** AWS's word, an open set: ACTIVE, INACTIVE, DELETE_IN_PROGRESS. */
  readonly status: string;
  readonly registeredAt?: Date;
  readonly containers: readonly TaskDefinitionContainer[];
}

export interface TaskDefinitionContainer {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  /** Where its output goes; absent when it logs elsewhere than to CloudWatch Logs. */
  readonly logs?: { readonly group: string; readonly streamPrefix?: string; readonly region?: string };
}

/** A service as it is now. */
export interface ServiceState {
  readonly arn: string;
  readonly clusterArn: string;
  readonly name: string;
  readonly status: string;
  readonly desiredCount: number;
  readonly runningCount: number;
  readonly taskDefinitionArn: string;
  /** ECS, CODE_DEPLOY or EXTERNAL; an open set. */
  readonly controller: string;
  /** ROLLING, BLUE_GREEN, LINEAR, CANARY; an open set. */
  readonly strategy: string;
  readonly deploymentConfiguration: DeploymentConfiguration;
  readonly loadBalancers: readonly ServiceLoadBalancer[];
  readonly networkConfiguration?: NetworkConfiguration;
  /** FARGATE, EC2 or EXTERNAL; absent where a capacity provider decides. */
  readonly launchType?: string;
  /** Absent where a launch type decides. */
  readonly capacityProviderStrategy?: readonly CapacityProvider[];
  readonly currentDeploymentArn?: string;
  /** What has tasks; while a deployment is in flight its target too. AWS promises no order. */
  readonly currentRevisionArns: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  /** ECS's older view of its deployments: the primary one and those that are being replaced. */
  readonly deployments: readonly {
    readonly status: string;
    readonly rolloutState?: string;
    readonly taskDefinitionArn?: string;
  }[];
  /** Newest first. */
  readonly events: readonly { readonly at: Date; readonly message: string }[];
}

export interface NetworkConfiguration {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly assignPublicIp?: string;
}

export interface ServiceLoadBalancer {
  readonly targetGroupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
  readonly alternateTargetGroupArn?: string;
  readonly productionListenerRule?: string;
  readonly testListenerRule?: string;
  /** ECS's infrastructure role. */
  readonly roleArn?: string;
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
  readonly sourceRevisionArns: readonly string[];
  readonly createdAt?: Date;
  readonly startedAt?: Date;
  readonly finishedAt?: Date;
  /** The snapshot that this deployment runs by. */
  readonly deploymentConfiguration: DeploymentConfiguration;
  readonly hooks: readonly HookState[];
  /** Percent of production and test traffic that the target revision is meant to get. */
  readonly productionWeight?: number;
  readonly testWeight?: number;
  readonly requestedTaskCount?: number;
  readonly runningTaskCount?: number;
  readonly pendingTaskCount?: number;
  readonly rollbackReason?: string;
  readonly triggeredAlarms: readonly string[];
  /** ECS's word on whether it watches alarms: DISABLED, MONITORING, MONITORING_COMPLETE, TRIGGERED; an open set. */
  readonly alarmsStatus?: string;
  readonly circuitBreaker?: { readonly status: string; readonly failureCount: number; readonly threshold: number };
}

/** A lifecycle hook at which a deployment stands or stood. */
export interface HookState {
  readonly id: string;
  /** AWS_LAMBDA or PAUSE; an open set. */
  readonly targetType: string;
  /** AWAITING_ACTION, IN_PROGRESS, SUCCEEDED, FAILED, TIMED_OUT; an open set. */
  readonly status: string;
  /** When ECS acts by itself; absent when it does not say. */
  readonly expiresAt?: Date;
  /** What it does then: ROLLBACK or CONTINUE. */
  readonly timeoutAction?: string;
}

/** What a deployment deploys. */
export interface ServiceRevisionState {
  readonly arn: string;
  readonly taskDefinitionArn?: string;
  readonly createdAt?: Date;
  readonly images: readonly { readonly container: string; readonly image: string; readonly digest?: string }[];
}

export interface TaskState {
  readonly arn: string;
  readonly taskDefinitionArn: string;
  readonly lastStatus: string;
  readonly healthStatus?: string;
  readonly startedBy?: string;
  readonly createdAt?: Date;
  readonly stoppedAt?: Date;
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  readonly containers: readonly TaskContainer[];
}

export interface TaskContainer {
  readonly name: string;
  readonly image: string;
  /** What the task's engine pulled; absent until it has. */
  readonly imageDigest?: string;
  readonly lastStatus?: string;
  readonly exitCode?: number;
  readonly reason?: string;
}

/** What an UpdateService of ours carries: only what was asked for goes on the wire. */
export interface ServiceUpdate {
  readonly cluster: string;
  readonly service: string;
  /** Absent when only settings are changed, which starts no deployment. */
  readonly taskDefinition?: string;
  readonly forceNewDeployment?: boolean;
  readonly desiredCount?: number;
  readonly deploymentConfiguration?: DeploymentConfiguration;
  readonly loadBalancers?: readonly ServiceLoadBalancer[];
  readonly enableECSManagedTags?: boolean;
  /** TASK_DEFINITION, SERVICE or NONE. */
  readonly propagateTags?: string;
  readonly capacityProviderStrategy?: readonly CapacityProvider[];
  /** In AWS's own shape (ServiceVolumeConfiguration). */
  readonly volumeConfigurations?: readonly Readonly<Record<string, unknown>>[];
  readonly healthCheckGracePeriodSeconds?: number;
}

export interface CapacityProvider {
  readonly capacityProvider: string;
  readonly weight?: number;
  readonly base?: number;
}

/** A one-off task. */
export interface TaskRun {
  readonly cluster: string;
  readonly taskDefinition: string;
  readonly networkConfiguration?: NetworkConfiguration;
  readonly launchType?: string;
  readonly capacityProviderStrategy?: readonly CapacityProvider[];
  /** At most 36 characters. */
  readonly startedBy?: string;
  /** Makes the call safe to repeat; at most 64 characters. */
  readonly clientToken: string;
  readonly overrides?: readonly {
    readonly container: string;
    readonly command?: readonly string[];
    readonly environment?: Readonly<Record<string, string>>;
  }[];
}

/** What ECS answered to a one-off task: it may refuse without an exception. */
export interface TaskRunAnswer {
  readonly task?: TaskState;
  readonly failures: readonly { readonly reason: string; readonly detail?: string }[];
}
