import type { ServiceState, TaskDefinitionRevision, TaskState } from '@slipway/aws';
import { messageOf } from '@slipway/core';
import type { AwsPorts } from './ports.js';
import type { Run } from './run.js';

/** What a person needs to see when a deployment did not succeed. */
export interface Evidence {
  readonly events: readonly string[];
  readonly stoppedTasks: readonly string[];
  readonly targets: readonly string[];
  /** The last lines of the tasks that stopped. */
  readonly logs: readonly string[];
  readonly links: readonly string[];
}

const EVENTS_SHOWN = 10;
const TASKS_SHOWN = 5;
const LINES_SHOWN = 20;

/**
 * gatherEvidence reads events, stopped tasks, their last lines, and target health. What cannot be read is said in its
 * place: the failure that brought us here must not be hidden by one in the explanation.
 */
export async function gatherEvidence(
  run: Run,
  wanted: TaskDefinitionRevision,
  deploymentArn: string,
): Promise<Evidence> {
  const { aws, request } = run;
  const service = await aws.ecs.service(request.cluster, request.service).catch(() => undefined);
  const stopped = await stoppedTasks(run, wanted.arn);
  return {
    events: (service?.events ?? []).slice(0, EVENTS_SHOWN).map(({ at, message }) => `${at.toISOString()} ${message}`),
    stoppedTasks: stopped.kind === 'read' ? stopped.tasks.map(describeTask) : [stopped.because],
    targets: service ? await told(() => describeTargets(aws, service)) : [],
    logs: stopped.kind === 'read' ? await told(() => lastLines(aws, wanted, stopped.tasks)) : [],
    links: service ? consoleLinks(request.region, service, deploymentArn) : [],
  };
}

async function stoppedTasks(
  { aws, request }: Run,
  taskDefinitionArn: string,
): Promise<{ kind: 'read'; tasks: readonly TaskState[] } | { kind: 'failed'; because: string }> {
  try {
    const all = await aws.ecs.tasks(request.cluster, request.service, 'STOPPED');
    const ours = all.filter((task) => task.taskDefinitionArn === taskDefinitionArn);
    return { kind: 'read', tasks: ours.slice(0, TASKS_SHOWN) };
  } catch (error) {
    return { kind: 'failed', because: `could not be read: ${messageOf(error)}` };
  }
}

/** Of the task that stopped first in the list: one explains most loops. */
async function lastLines(
  { logs }: AwsPorts,
  wanted: TaskDefinitionRevision,
  tasks: readonly TaskState[],
): Promise<readonly string[]> {
  const [task] = tasks;
  if (!task) return [];
  const lines: string[] = [];
  for (const { name, logs: at } of wanted.containers) {
    if (!at?.streamPrefix) continue;
    const stream = `${at.streamPrefix}/${name}/${task.arn.split('/').pop() ?? ''}`;
    const read = await logs.tail({ group: at.group, stream, ...(at.region ? { region: at.region } : {}) }, LINES_SHOWN);
    lines.push(...read.map(({ message }) => `${name}: ${message}`));
  }
  return lines;
}

function consoleLinks(region: string, { clusterArn, name }: ServiceState, deploymentArn: string): readonly string[] {
  const cluster = clusterArn.split('/').pop() ?? '';
  const base = `https://${region}.console.aws.amazon.com/ecs/v2/clusters/${cluster}/services/${name}`;
  return [
    `${base}/deployments/${deploymentArn.split('/').pop() ?? ''}?region=${region}`,
    `${base}/health?region=${region}`,
  ];
}

async function told(read: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await read();
  } catch (error) {
    return [`could not be read: ${messageOf(error)}`];
  }
}

/** describeTask tells in one line how a task ended. */
export function describeTask(task: TaskState): string {
  const containers = task.containers
    .filter(({ exitCode, reason }) => exitCode !== undefined || reason !== undefined)
    .map(({ name, exitCode, reason }) => `${name}: exit code ${exitCode ?? 'none'}${reason ? `, ${reason}` : ''}`);
  return [
    `${task.arn.split('/').pop() ?? task.arn}: ${task.stopCode ?? ''} ${task.stoppedReason ?? ''}`.trim(),
    ...containers,
  ].join('; ');
}

async function describeTargets({ elb }: AwsPorts, service: ServiceState): Promise<readonly string[]> {
  const groups = service.loadBalancers.flatMap(({ targetGroupArn, alternateTargetGroupArn }) =>
    alternateTargetGroupArn ? [targetGroupArn, alternateTargetGroupArn] : [targetGroupArn],
  );
  const targets: string[] = [];
  for (const group of groups) {
    for (const { target, state, reason, description } of await elb.targetHealth(group)) {
      targets.push(
        `${group.split('/')[1] ?? group} ${target}: ${[state, reason, description].filter(Boolean).join(', ')}`,
      );
    }
  }
  return targets;
}

/** sectionsOf returns the evidence under the headings that log and summary show. */
export function sectionsOf(evidence: Evidence): readonly (readonly [string, readonly string[]])[] {
  return [
    ["The service's last events", evidence.events],
    ['Stopped tasks of this revision', evidence.stoppedTasks],
    ['Targets', evidence.targets],
    ['The last lines of a stopped task', evidence.logs],
    ['In the console', evidence.links],
  ];
}

/** printEvidence shows the evidence in the log, in groups; its texts come from elsewhere and stay texts. */
export async function printEvidence({ log }: Run, evidence: Evidence): Promise<void> {
  for (const [title, lines] of sectionsOf(evidence)) {
    if (lines.length > 0) await log.group(title, () => log.untrusted(lines.join('\n')));
  }
}
