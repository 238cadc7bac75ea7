import {
  DescribeTasksCommand,
  ListTasksCommand,
  RunTaskCommand,
  StopTaskCommand,
  type RunTaskCommandInput,
} from '@aws-sdk/client-ecs';
import type { EcsClients, EcsPort } from './ecs-port.js';
import type { NetworkConfiguration, TaskRun, TaskState } from './ecs-types.js';
import { readTask } from './ecs-views.js';
import { named } from './named.js';

type TaskCalls = Pick<EcsPort, 'tasks' | 'taskArns' | 'describeTasks' | 'runTask' | 'stopTask'>;

/** DescribeTasks takes at most so many names (API reference). */
const TASKS_PER_CALL = 100;

/** taskCalls are the calls on tasks. */
export function taskCalls(clients: EcsClients): TaskCalls {
  const taskArns: EcsPort['taskArns'] = async (cluster, serviceName, desiredStatus) => {
    const arns: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await clients.usual
        .send(new ListTasksCommand({ cluster, serviceName, desiredStatus, ...(nextToken ? { nextToken } : {}) }))
        .catch(named('ecs:ListTasks'));
      arns.push(...(page.taskArns ?? []));
      nextToken = page.nextToken;
    } while (nextToken);
    return arns;
  };
  const describeTasks: EcsPort['describeTasks'] = async (cluster, arns) => {
    const tasks: TaskState[] = [];
    for (let at = 0; at < arns.length; at += TASKS_PER_CALL) {
      const answer = await clients.usual
        .send(new DescribeTasksCommand({ cluster, tasks: arns.slice(at, at + TASKS_PER_CALL) }))
        .catch(named('ecs:DescribeTasks'));
      tasks.push(...(answer.tasks ?? []).map(readTask));
    }
    return tasks;
  };
  return {
    taskArns,
    describeTasks,
    tasks: async (cluster, service, status) => describeTasks(cluster, await taskArns(cluster, service, status)),
    ...oneOffCalls(clients),
  };
}

function oneOffCalls({ usual }: EcsClients): Pick<EcsPort, 'runTask' | 'stopTask'> {
  return {
    runTask: async (run) => {
      const answer = await usual.send(new RunTaskCommand(inputOf(run))).catch(named('ecs:RunTask'));
      const task = answer.tasks?.[0];
      return {
        ...(task ? { task: readTask(task) } : {}),
        failures: (answer.failures ?? []).map(({ reason, detail }) => ({
          reason: reason ?? 'UNKNOWN',
          ...(detail === undefined ? {} : { detail }),
        })),
      };
    },
    stopTask: async (cluster, task, reason) => {
      await usual.send(new StopTaskCommand({ cluster, task, reason })).catch(named('ecs:StopTask'));
    },
  };
}

function inputOf({ networkConfiguration, overrides, ...members }: TaskRun): RunTaskCommandInput {
  const input = {
    ...members,
    ...(networkConfiguration ? { networkConfiguration: networkOf(networkConfiguration) } : {}),
    ...(overrides ? { overrides: { containerOverrides: overrides.map(overrideOf) } } : {}),
  };
  return input as unknown as RunTaskCommandInput;
}

function networkOf({ subnets, securityGroups, assignPublicIp }: NetworkConfiguration) {
  return {
    awsvpcConfiguration: {
      subnets,
      ...(securityGroups.length > 0 ? { securityGroups } : {}),
      ...(assignPublicIp === undefined ? {} : { assignPublicIp }),
    },
  };
}

function overrideOf({ container, command, environment }: NonNullable<TaskRun['overrides']>[number]) {
  return {
    name: container,
    ...(command ? { command } : {}),
    ...(environment ? { environment: Object.entries(environment).map(([name, value]) => ({ name, value })) } : {}),
  };
}
