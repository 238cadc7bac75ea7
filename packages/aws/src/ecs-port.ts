import type { ECSClient } from '@aws-sdk/client-ecs';
import type {
  ServiceDeploymentState,
  ServiceRevisionState,
  ServiceState,
  ServiceUpdate,
  TaskDefinitionRevision,
  TaskRun,
  TaskRunAnswer,
  TaskState,
} from './ecs-types.js';

/** EcsPort is what the suite asks of ECS. Every method throws SlipwayErrors with codes AWS_*. */
export interface EcsPort {
  /** By `family`, `family:revision` or ARN; undefined when there is none. */
  taskDefinition(reference: string): Promise<TaskDefinitionRevision | undefined>;
  /** Undefined when the cluster has no such service. @throws AWS_* with ClusterNotFoundException as its cause */
  service(cluster: string, service: string): Promise<ServiceState | undefined>;
  /** Changes a service and returns it as ECS answered. Tried once: the caller looks before it retries. */
  updateService(update: ServiceUpdate): Promise<ServiceState>;
  /** All that ECS remembers (90 days), the newest first. */
  serviceDeployments(cluster: string, service: string): Promise<readonly DeploymentBrief[]>;
  serviceDeployment(arn: string): Promise<ServiceDeploymentState | undefined>;
  /** In the order of the question; those that ECS does not know are left out. */
  serviceRevisions(arns: readonly string[]): Promise<readonly ServiceRevisionState[]>;
  /** Asks ECS to go back. Built for a run that is being cancelled: short timeouts, few tries. */
  stopWithRollback(serviceDeploymentArn: string): Promise<void>;
  /** Answers a PAUSE hook. Tried once: the caller looks before it retries. */
  answerHook(answer: HookAnswer): Promise<void>;
  tasks(cluster: string, service: string, status: 'RUNNING' | 'STOPPED'): Promise<readonly TaskState[]>;
  /** The ARNs alone, by one call for up to 100 tasks. */
  taskArns(cluster: string, service: string, status: 'RUNNING' | 'STOPPED'): Promise<readonly string[]>;
  /** In any order; those that ECS does not know any more are left out. */
  describeTasks(cluster: string, arns: readonly string[]): Promise<readonly TaskState[]>;
  /** Safe to repeat with the same client token. */
  runTask(run: TaskRun): Promise<TaskRunAnswer>;
  stopTask(cluster: string, task: string, reason: string): Promise<void>;
  tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  untag(arn: string, keys: readonly string[]): Promise<void>;
}

export interface HookAnswer {
  readonly deploymentArn: string;
  readonly hookId: string;
  readonly action: 'CONTINUE' | 'ROLLBACK';
}

export interface DeploymentBrief {
  readonly arn: string;
  readonly status: string;
  readonly targetRevisionArn?: string;
  readonly createdAt?: Date;
  readonly finishedAt?: Date;
}

/** The clients by which ECS is called. */
export interface EcsClients {
  readonly usual: ECSClient;
  /** For calls without an idempotency token: after a doubtful answer one has to look before trying again. */
  readonly once: ECSClient;
  /** For a run that is being cancelled. */
  readonly impatient: ECSClient;
}
