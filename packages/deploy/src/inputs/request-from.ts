import { SlipwayError } from '@slipway/core';
import { runName, type GitHubContext, type InputsOf } from '@slipway/runtime';
import type { Gate } from '../gates/gate.js';
import type { OneOffTask } from '../one-off-task.js';
import type { Request } from '../run.js';
import type { GATE_INPUTS } from './gate-inputs.js';
import { extrasFrom, intentFrom } from './intent-from.js';
import type { SERVICE_INPUTS } from './service-inputs.js';
import type { SAFETY_INPUTS, SHIFT_INPUTS, WHERE_INPUTS } from './shift-inputs.js';
import { parseTask } from './structures.js';

/** The inputs of a deployment. */
export type DeployInputs = InputsOf<typeof WHERE_INPUTS> &
  InputsOf<typeof SHIFT_INPUTS> &
  InputsOf<typeof GATE_INPUTS> &
  InputsOf<typeof SERVICE_INPUTS> &
  InputsOf<typeof SAFETY_INPUTS> & { readonly 'task-definition': string | undefined };

/** Where a request comes from. */
export interface Origin {
  readonly github: GitHubContext;
  readonly region: string;
  readonly gates: readonly Gate[];
}

const TASK_MINUTES = 30;

/** requestFrom turns the inputs of a step into what is to be done. @throws SlipwayError INPUT_INVALID */
export function requestFrom(inputs: DeployInputs, { github, region, gates }: Origin): Request {
  const task = inputs['before-traffic-task'];
  return {
    cluster: inputs.cluster,
    service: inputs.service,
    taskDefinition: inputs['task-definition'] ?? '',
    intent: intentFrom(inputs, gates),
    extras: extrasFrom(inputs),
    gates,
    pollSeconds: inputs['poll-interval-seconds'],
    maxStoppedTasks: inputs['max-stopped-tasks'],
    allowedAccountIds: inputs['allowed-account-ids'],
    dryRun: inputs['dry-run'],
    by: runName(github),
    region,
    ...(task === undefined ? {} : { task: taskFrom(task) }),
  };
}

/** requireTaskDefinition refuses a delivery of nothing. @throws SlipwayError INPUT_INVALID */
export function requireTaskDefinition(reference: string | undefined): void {
  if (reference !== undefined) return;
  throw new SlipwayError({
    code: 'INPUT_INVALID',
    message: "1 input is missing or malformed:\n  - 'task-definition' is required and not set.",
    hint: "Pass register-task-def's output 'task-definition'.",
  });
}

function taskFrom(text: string): OneOffTask {
  const { 'timeout-minutes': timeoutMinutes = TASK_MINUTES, ...task } = parseTask(text);
  return { ...task, timeoutMinutes };
}
