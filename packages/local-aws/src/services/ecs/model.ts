import type {
  ContainerDefinition,
  DeploymentConfiguration,
  LoadBalancer as ServiceLoadBalancer,
  NetworkConfiguration,
  ServiceEvent,
  TaskDefinition,
  TaskOverride,
} from '@aws-sdk/client-ecs';
import type { AlarmStates } from '../../alarm-states.js';
import type { LoadBalancing } from '../../load-balancing.js';
import type { ContainerHealth, TaskEngine, TaskHandle } from '../../tasks/task-engine.js';
import type { World } from '../../world.js';
import type { Changes } from './changes.js';

/** Ecs is what all parts of the service share. */
export interface Ecs {
  readonly world: World;
  readonly loadBalancing: LoadBalancing;
  readonly taskEngine: TaskEngine;
  readonly alarmStates: AlarmStates;
  /** Called when a task has begun to run, and after every change of its containers' health. */
  readonly onTaskHealth: (task: TaskRecord) => void;
  /** Aborted by close(): ends every wait. */
  readonly closing: AbortSignal;
  readonly clusters: Map<string, ClusterRecord>;
  /** By family, in order of revision. */
  readonly taskDefinitions: Map<string, TaskDefinitionRecord[]>;
  /** By ARN of the resource. */
  readonly tags: Map<string, Map<string, string>>;
}

/** ClusterRecord is a cluster with all that lives in it. */
export interface ClusterRecord {
  readonly name: string;
  readonly arn: string;
  status: 'ACTIVE' | 'INACTIVE';
  readonly services: Map<string, ServiceRecord>;
  /** By task id; stopped ones for an hour of the world. */
  readonly tasks: Map<string, TaskRecord>;
}

/** TaskDefinitionRecord is a registered revision. */
export interface TaskDefinitionRecord {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  status: 'ACTIVE' | 'INACTIVE';
  readonly registered: TaskDefinition;
  readonly containers: readonly ContainerDefinition[];
}

/** ServiceConfiguration is what a service revision fixes: a change of any of it starts a service deployment. */
export interface ServiceConfiguration {
  readonly taskDefinition: TaskDefinitionRecord;
  readonly loadBalancers: readonly ServiceLoadBalancer[];
  readonly networkConfiguration: NetworkConfiguration | undefined;
  readonly platformVersion: string | undefined;
}

/** ServiceRecord is a service: its configuration, its fleets, its history. */
export interface ServiceRecord {
  readonly name: string;
  readonly arn: string;
  readonly cluster: ClusterRecord;
  readonly createdAt: Date;
  readonly launchType: string;
  status: 'ACTIVE' | 'DRAINING' | 'INACTIVE';
  desiredCount: number;
  configuration: ServiceConfiguration;
  deploymentConfiguration: DeploymentConfiguration;
  healthCheckGracePeriodSeconds: number;
  enableExecuteCommand: boolean;
  propagateTags: string;
  enableEcsManagedTags: boolean;
  /** Newest first. */
  readonly events: ServiceEvent[];
  readonly revisions: RevisionRecord[];
  /** The tasks of each service revision that has any, or should have. */
  readonly fleets: Fleet[];
  /** Newest first. */
  readonly deployments: ServiceDeploymentRecord[];
  /** The revision of the last service deployment that was successful: where a rolling update goes back to. */
  lastCompleted: RevisionRecord | undefined;
  readonly changes: Changes;
}

/** RevisionRecord is a service revision: a configuration at a time, with the target groups that it was given. */
export interface RevisionRecord {
  readonly arn: string;
  readonly createdAt: Date;
  readonly configuration: ServiceConfiguration;
  /** Filled in when its service deployment starts. */
  targets: readonly TargetBinding[];
}

/** TargetBinding says which container port of a revision's tasks is registered in which target group. */
export interface TargetBinding {
  readonly targetGroupArn: string;
  readonly containerName: string;
  readonly containerPort: number;
  /** The other group of the pair, for blue/green. */
  readonly alternateTargetGroupArn?: string;
  readonly productionListenerRule?: string;
  readonly testListenerRule?: string;
}

/** Fleet is the tasks of one service revision, kept at a number. */
export interface Fleet {
  readonly revision: RevisionRecord;
  /** `ecs-svc/…`: the id in the older view of deployments, and what tasks were started by. */
  readonly id: string;
  readonly createdAt: Date;
  updatedAt: Date;
  requestedCount: number;
  /** False once a failed service deployment gave up on it: what runs stays, nothing new is started. */
  launches: boolean;
  readonly tasks: Set<TaskRecord>;
  failedTasks: number;
  /** Tasks in a row that never got as far as to run: the more, the later the next is started. */
  failedStarts: number;
  /** Told after a task failed: ended on its own, could not start, or failed its health checks. */
  onFailure: (() => void) | undefined;
  /** Told after a task became healthy. */
  onHealthy: (() => void) | undefined;
}

/** Open in the SDK, closed here: the order in which a task goes through them. */
export type TaskStatus =
  'PROVISIONING' | 'PENDING' | 'ACTIVATING' | 'RUNNING' | 'DEACTIVATING' | 'STOPPING' | 'DEPROVISIONING' | 'STOPPED';

/** TaskRecord is one task. */
export interface TaskRecord {
  readonly id: string;
  readonly arn: string;
  readonly cluster: ClusterRecord;
  /** The service that keeps it; undefined for a task of RunTask, which nobody replaces. */
  readonly membership: Membership | undefined;
  readonly taskDefinition: TaskDefinitionRecord;
  readonly launchType: string;
  readonly platformVersion: string | undefined;
  /** `service:web`, `family:web`, or what RunTask was given. */
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly enableExecuteCommand: boolean;
  readonly overrides: TaskOverride;
  readonly createdAt: Date;
  lastStatus: TaskStatus;
  desiredStatus: 'RUNNING' | 'STOPPED';
  /** Running, its containers healthy by their own checks, and healthy in every target group that it belongs to. */
  healthy: boolean;
  readonly containers: ContainerRecord[];
  handle: TaskHandle | undefined;
  /** Gives a start up. */
  readonly starting: AbortController;
  pullStartedAt?: Date;
  pullStoppedAt?: Date;
  startedAt?: Date;
  stoppingAt?: Date;
  stoppedAt?: Date;
  stopCode?: 'EssentialContainerExited' | 'TaskFailedToStart' | 'ServiceSchedulerInitiated' | 'UserInitiated';
  stoppedReason?: string;
}

/** Membership is the place of a task in a service. */
export interface Membership {
  readonly service: ServiceRecord;
  readonly fleet: Fleet;
}

/** ContainerRecord is one container of a task, as the engine told. */
export interface ContainerRecord {
  readonly name: string;
  readonly image: string;
  readonly arn: string;
  /** The last part of the path at which the container's metadata is served. */
  readonly metadataId: string;
  readonly essential: boolean;
  /** Whether the container definition has a health check: without one the health stays UNKNOWN. */
  readonly checked: boolean;
  health: ContainerHealth;
  imageDigest?: string;
  runtimeId?: string;
  exitCode?: number;
  reason?: string;
}

/** DeploymentStatus is a service deployment's status, in AWS's words. */
export type DeploymentStatus =
  | 'PENDING'
  | 'IN_PROGRESS'
  | 'SUCCESSFUL'
  | 'STOP_REQUESTED'
  | 'STOPPED'
  | 'ROLLBACK_REQUESTED'
  | 'ROLLBACK_IN_PROGRESS'
  | 'ROLLBACK_SUCCESSFUL'
  | 'ROLLBACK_FAILED';

/** Stage is a lifecycle stage of a service deployment, in AWS's words. */
export type Stage =
  | 'RECONCILE_SERVICE'
  | 'PRE_SCALE_UP'
  | 'SCALE_UP'
  | 'POST_SCALE_UP'
  | 'TEST_TRAFFIC_SHIFT'
  | 'POST_TEST_TRAFFIC_SHIFT'
  | 'PRE_PRODUCTION_TRAFFIC_SHIFT'
  | 'PRODUCTION_TRAFFIC_SHIFT'
  | 'POST_PRODUCTION_TRAFFIC_SHIFT'
  | 'BAKE_TIME'
  | 'CLEAN_UP';

/** HookRecord is a PAUSE hook that was reached. */
export interface HookRecord {
  readonly hookId: string;
  readonly stage: Stage;
  readonly expiresAt: Date;
  readonly timeoutAction: 'ROLLBACK' | 'CONTINUE';
  status: 'AWAITING_ACTION' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT';
}

/** BreakerRecord is the deployment circuit breaker of one service deployment. */
export interface BreakerRecord {
  status: 'DISABLED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'TRIGGERED';
  failureCount: number;
  readonly threshold: number;
}

/** AlarmWatchRecord is the deployment alarms of one service deployment. */
export interface AlarmWatchRecord {
  status: 'DISABLED' | 'MONITORING' | 'MONITORING_COMPLETE' | 'TRIGGERED';
  readonly alarmNames: readonly string[];
  readonly triggered: string[];
}

/** RevisionCounts is what a service deployment remembers of a revision once its fleet is gone. */
export interface RevisionCounts {
  readonly requested: number;
  readonly running: number;
  readonly pending: number;
}

/** Transition is one line of a service deployment's history, for `/_local/state` and for tests. */
export interface Transition {
  readonly at: Date;
  readonly status: DeploymentStatus;
  readonly stage?: Stage;
  /** Percent of production traffic that the target revision is to have. */
  readonly productionWeight?: number;
  readonly testWeight?: number;
}

/** ServiceDeploymentRecord is one service deployment. */
export interface ServiceDeploymentRecord {
  readonly arn: string;
  readonly createdAt: Date;
  readonly revision: RevisionRecord;
  /** A snapshot: later changes of the service do not reach a deployment that runs. */
  readonly configuration: DeploymentConfiguration;
  /** The fleet of `revision`. */
  readonly fleet: Fleet;
  /** The revisions that ran when it started. */
  sources: readonly RevisionRecord[];
  /** Where a rollback goes; undefined for a service's first deployment. */
  base: RevisionRecord | undefined;
  status: DeploymentStatus;
  statusReason: string | undefined;
  stage: Stage | undefined;
  startedAt?: Date;
  finishedAt?: Date;
  stoppedAt?: Date;
  updatedAt: Date;
  productionWeight: number | undefined;
  testWeight: number | undefined;
  rollback: { readonly reason: string; readonly startedAt: Date; readonly serviceRevisionArn: string } | undefined;
  readonly breaker: BreakerRecord;
  readonly alarmWatch: AlarmWatchRecord;
  readonly hooks: HookRecord[];
  /** Answers the hooks that wait, by hook id. */
  readonly answers: Map<string, (action: 'CONTINUE' | 'ROLLBACK') => void>;
  readonly history: Transition[];
  readonly lastCounts: Map<RevisionRecord, RevisionCounts>;
  /** Aborts the way forward. */
  readonly forward: AbortController;
  /** Aborts everything, a rollback as well. */
  readonly all: AbortController;
  /** Settles when the deployment has ended. */
  done: Promise<void>;
}
