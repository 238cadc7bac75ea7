import type { ServiceState, TaskState } from '@slipway/aws';
import { messageOf } from '@slipway/core';
import type { Context, Ports } from './ports.js';

/** What a person needs to see when a deployment did not succeed. */
export interface Evidence {
  readonly events: readonly string[];
  readonly stoppedTasks: readonly string[];
  readonly targets: readonly string[];
}

const EVENTS_SHOWN = 10;
const TASKS_SHOWN = 5;

/**
 * gatherEvidence reads events, stopped tasks and target health. What cannot be read is said in its place: the failure
 * that brought us here must not be hidden by one in the explanation.
 */
export async function gatherEvidence(context: Context, ports: Ports, taskDefinitionArn: string): Promise<Evidence> {
  const { cluster, service: name } = context.inputs;
  const service = await ports.ecs.service(cluster, name).catch(() => undefined);
  return {
    events: (service?.events ?? []).slice(0, EVENTS_SHOWN).map(({ at, message }) => `${at.toISOString()} ${message}`),
    stoppedTasks: await told(async () =>
      (await ports.ecs.tasks(cluster, name, 'STOPPED'))
        .filter((task) => task.taskDefinitionArn === taskDefinitionArn)
        .slice(0, TASKS_SHOWN)
        .map(describeTask),
    ),
    targets: service ? await told(() => describeTargets(ports, service)) : [],
  };
}

async function told(read: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return await read();
  } catch (error) {
    return [`could not be read: ${messageOf(error)}`];
  }
}

function describeTask(task: TaskState): string {
  const containers = task.containers
    .filter(({ exitCode, reason }) => exitCode !== undefined || reason !== undefined)
    .map(({ name, exitCode, reason }) => `${name}: exit code ${exitCode ?? 'none'}${reason ? `, ${reason}` : ''}`);
  return [
    `${task.arn.split('/').pop() ?? task.arn}: ${task.stopCode ?? ''} ${task.stoppedReason ?? ''}`.trim(),
    ...containers,
  ].join('; ');
}

async function describeTargets(ports: Ports, service: ServiceState): Promise<readonly string[]> {
  const groups = service.loadBalancers.flatMap(({ targetGroupArn, alternateTargetGroupArn }) =>
    alternateTargetGroupArn ? [targetGroupArn, alternateTargetGroupArn] : [targetGroupArn],
  );
  const targets: string[] = [];
  for (const group of groups) {
    for (const { target, state, reason, description } of await ports.elb.targetHealth(group)) {
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
  ];
}

/** printEvidence shows the evidence in the log, in groups; its texts come from elsewhere and stay texts. */
export async function printEvidence(context: Context, evidence: Evidence): Promise<void> {
  for (const [title, lines] of sectionsOf(evidence)) {
    if (lines.length > 0) await context.log.group(title, () => context.log.untrusted(lines.join('\n')));
  }
}
