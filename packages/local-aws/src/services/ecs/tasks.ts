import type {
  DescribeTasksRequest,
  Failure,
  ListTasksRequest,
  RunTaskRequest,
  StopTaskRequest,
  Task,
} from '@aws-sdk/client-ecs';
import type { Operation } from '../../service.js';
import { ecsArn, lastPart } from './arns.js';
import { invalidParameter } from './errors.js';
import { findCluster, findService } from './lookup.js';
import type { ClusterRecord, Ecs, TaskRecord } from './model.js';
import { operation } from './operations.js';
import { pageOf } from './paging.js';
import { startTasks } from './run-task.js';
import { reconcile } from './scheduler/fleet.js';
import { stopTask } from './scheduler/task-life.js';
import { refuseUnsupported, requireOneOf } from './supported.js';
import { tagsOf } from './tags.js';
import { taskView } from './task-view.js';

/** ECS tells of stopped tasks for at least an hour. */
const STOPPED_TASKS_KEPT_SECONDS = 3_600;

/** DescribeTasks takes at most so many tasks. */
const MOST_DESCRIBED = 100;

/** taskOperations are the calls on tasks. */
export function taskOperations(ecs: Ecs): Readonly<Record<string, Operation>> {
  return {
    ...operation<RunTaskRequest>('RunTask', (input) => {
      const { tasks, failures } = startTasks(ecs, input);
      return { tasks: tasks.map((task) => ({ ...taskView(task), tags: tagsOf(ecs, task.arn) })), failures };
    }),
    ...operation<ListTasksRequest>('ListTasks', (input) => listTasks(ecs, input)),
    ...operation<DescribeTasksRequest>('DescribeTasks', (input) => describeTasks(ecs, input)),
    ...operation<StopTaskRequest>('StopTask', ({ cluster, task, reason }) => {
      const record = tasksOf(ecs, findCluster(ecs, cluster)).get(lastPart(task ?? ''));
      if (!record) throw invalidParameter('The referenced task was not found.');
      void stopTask(ecs, record, { code: 'UserInitiated', reason: reason ?? 'Task stopped by user' });
      const { membership } = record;
      if (membership) reconcile(ecs, membership.service, membership.fleet);
      return { task: taskView(record) };
    }),
  };
}

function listTasks(ecs: Ecs, input: ListTasksRequest): object {
  refuseUnsupported(input, ['containerInstance', 'daemonName']);
  requireOneOf('desiredStatus', input.desiredStatus, ['RUNNING', 'STOPPED', 'PENDING']);
  const cluster = findCluster(ecs, input.cluster);
  const service = input.serviceName === undefined ? undefined : findService(cluster, input.serviceName);
  const { desiredStatus = 'RUNNING', family, startedBy, launchType } = input;
  const tasks = [...tasksOf(ecs, cluster).values()].filter(
    (task) =>
      task.desiredStatus === desiredStatus &&
      (service === undefined || task.membership?.service === service) &&
      (family === undefined || task.taskDefinition.family === family) &&
      (startedBy === undefined || task.startedBy === startedBy) &&
      (launchType === undefined || task.launchType === launchType),
  );
  const { items, nextToken } = pageOf(tasks, input);
  return { taskArns: items.map(({ arn }) => arn), nextToken };
}

function describeTasks(ecs: Ecs, input: DescribeTasksRequest): { tasks: Task[]; failures: Failure[] } {
  requireOneOf('include', input.include, ['TAGS']);
  const cluster = findCluster(ecs, input.cluster);
  const references = input.tasks ?? [];
  if (references.length === 0) throw invalidParameter('Tasks cannot be empty.');
  if (references.length > MOST_DESCRIBED) {
    throw invalidParameter(`A maximum of ${MOST_DESCRIBED} tasks can be described in one call.`);
  }
  const known = tasksOf(ecs, cluster);
  const tasks: Task[] = [];
  const failures: Failure[] = [];
  for (const reference of references) {
    const task = known.get(lastPart(reference));
    if (task) tasks.push({ ...taskView(task), tags: input.include ? tagsOf(ecs, task.arn) : [] });
    else failures.push({ arn: ecsArn(ecs.world, `task/${cluster.name}/${lastPart(reference)}`), reason: 'MISSING' });
  }
  return { tasks, failures };
}

/** Forgets tasks that stopped long ago: whoever looks does it, so that no timer has to. */
function tasksOf(ecs: Ecs, cluster: ClusterRecord): Map<string, TaskRecord> {
  const oldest = ecs.world.time.now().getTime() - ecs.world.time.realMs(STOPPED_TASKS_KEPT_SECONDS);
  for (const [id, task] of cluster.tasks) {
    if (!task.stoppedAt || task.stoppedAt.getTime() >= oldest) continue;
    cluster.tasks.delete(id);
    ecs.tags.delete(task.arn);
  }
  return cluster.tasks;
}
