import {
  DescribeServiceDeploymentsCommand,
  DescribeServiceRevisionsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type RegisterTaskDefinitionCommandInput,
} from '@aws-sdk/client-ecs';
import type { AwsConfiguration } from './configuration.js';
import type {
  ServiceDeploymentState,
  ServiceState,
  ServiceUpdate,
  TaskDefinitionRevision,
  TaskState,
} from './ecs-types.js';
import { readDeployment, readService, readTask, readTaskDefinition } from './ecs-views.js';
import { awsErrorName, fromAws } from './errors.js';

/** EcsPort is what the suite asks of ECS. Every method throws SlipwayErrors with codes AWS_*. */
export interface EcsPort {
  /** The definition is sent as it is; its shape is RegisterTaskDefinition's request. */
  registerTaskDefinition(definition: Readonly<Record<string, unknown>>): Promise<TaskDefinitionRevision>;
  /** By `family`, `family:revision` or ARN; undefined when there is none. */
  taskDefinition(reference: string): Promise<TaskDefinitionRevision | undefined>;
  /** Undefined when the cluster has no such service. @throws AWS_* with ClusterNotFoundException as its cause */
  service(cluster: string, service: string): Promise<ServiceState | undefined>;
  /** Starts a deployment and returns the service as ECS answered. Tried once: the caller looks before it retries. */
  updateService(update: ServiceUpdate): Promise<ServiceState>;
  /** The newest first. */
  serviceDeployments(cluster: string, service: string): Promise<readonly DeploymentBrief[]>;
  serviceDeployment(arn: string): Promise<ServiceDeploymentState | undefined>;
  /** The task definition that a service revision runs. */
  revisionTaskDefinition(serviceRevisionArn: string): Promise<string | undefined>;
  stopWithRollback(serviceDeploymentArn: string): Promise<void>;
  tasks(cluster: string, service: string, status: 'RUNNING' | 'STOPPED'): Promise<readonly TaskState[]>;
}

export interface DeploymentBrief {
  readonly arn: string;
  readonly status: string;
  readonly targetRevisionArn?: string;
  readonly createdAt?: Date;
}

/** DescribeTasks and DescribeServiceDeployments take at most so many names (API reference: 100 and 20). */
const TASKS_PER_CALL = 100;

/** createEcs returns ECS behind the SDK. */
export function createEcs(configuration: AwsConfiguration): EcsPort {
  const client = new ECSClient(configuration);
  // UpdateService has no idempotency token: after a doubtful answer one has to look before trying again.
  const onceOnly = new ECSClient({ ...configuration, maxAttempts: 1 });
  return { ...definitions(client), ...services(client, onceOnly), ...deployments(client), tasks: tasksOf(client) };
}

/** named gives a failed call the operation's name. */
function named(operation: string): (error: unknown) => never {
  return (error) => {
    throw fromAws(`ecs:${operation}`, error);
  };
}

function definitions(client: ECSClient): Pick<EcsPort, 'registerTaskDefinition' | 'taskDefinition'> {
  return {
    registerTaskDefinition: async (definition) => {
      const input = definition as unknown as RegisterTaskDefinitionCommandInput;
      const answer = await client.send(new RegisterTaskDefinitionCommand(input)).catch(named('RegisterTaskDefinition'));
      return readTaskDefinition(answer.taskDefinition);
    },
    taskDefinition: async (reference) => {
      try {
        const answer = await client.send(new DescribeTaskDefinitionCommand({ taskDefinition: reference }));
        return readTaskDefinition(answer.taskDefinition);
      } catch (error) {
        // ECS has no exception of its own for this: "Unable to describe task definition."
        if (awsErrorName(error) === 'ClientException') return undefined;
        throw fromAws('ecs:DescribeTaskDefinition', error);
      }
    },
  };
}

function services(client: ECSClient, onceOnly: ECSClient): Pick<EcsPort, 'service' | 'updateService'> {
  return {
    service: async (cluster, service) => {
      const answer = await client
        .send(new DescribeServicesCommand({ cluster, services: [service] }))
        .catch(named('DescribeServices'));
      const found = answer.services?.[0];
      return found ? readService(found) : undefined;
    },
    updateService: async (update) => {
      const answer = await onceOnly.send(new UpdateServiceCommand({ ...update })).catch(named('UpdateService'));
      return readService(answer.service ?? {});
    },
  };
}

function deployments(
  client: ECSClient,
): Pick<EcsPort, 'serviceDeployments' | 'serviceDeployment' | 'revisionTaskDefinition' | 'stopWithRollback'> {
  return {
    serviceDeployments: async (cluster, service) => {
      const answer = await client
        .send(new ListServiceDeploymentsCommand({ cluster, service }))
        .catch(named('ListServiceDeployments'));
      return (answer.serviceDeployments ?? []).map((brief) => ({
        arn: brief.serviceDeploymentArn ?? '',
        status: brief.status ?? 'UNKNOWN',
        ...(brief.targetServiceRevisionArn === undefined ? {} : { targetRevisionArn: brief.targetServiceRevisionArn }),
        ...(brief.createdAt === undefined ? {} : { createdAt: brief.createdAt }),
      }));
    },
    serviceDeployment: async (arn) => {
      const answer = await client
        .send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] }))
        .catch(named('DescribeServiceDeployments'));
      const found = answer.serviceDeployments?.[0];
      return found ? readDeployment(found) : undefined;
    },
    revisionTaskDefinition: async (arn) => {
      const answer = await client
        .send(new DescribeServiceRevisionsCommand({ serviceRevisionArns: [arn] }))
        .catch(named('DescribeServiceRevisions'));
      return answer.serviceRevisions?.[0]?.taskDefinition;
    },
    stopWithRollback: async (serviceDeploymentArn) => {
      await client
        .send(new StopServiceDeploymentCommand({ serviceDeploymentArn, stopType: 'ROLLBACK' }))
        .catch(named('StopServiceDeployment'));
    },
  };
}

function tasksOf(client: ECSClient): EcsPort['tasks'] {
  return async (cluster, serviceName, desiredStatus) => {
    const arns: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await client
        .send(new ListTasksCommand({ cluster, serviceName, desiredStatus, ...(nextToken ? { nextToken } : {}) }))
        .catch(named('ListTasks'));
      arns.push(...(page.taskArns ?? []));
      nextToken = page.nextToken;
    } while (nextToken);
    const tasks: TaskState[] = [];
    for (let at = 0; at < arns.length; at += TASKS_PER_CALL) {
      const answer = await client
        .send(new DescribeTasksCommand({ cluster, tasks: arns.slice(at, at + TASKS_PER_CALL) }))
        .catch(named('DescribeTasks'));
      tasks.push(...(answer.tasks ?? []).map(readTask));
    }
    return tasks;
  };
}
