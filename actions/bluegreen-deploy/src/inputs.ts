import {
  GATE_INPUTS,
  GITHUB_INPUTS,
  SAFETY_INPUTS,
  SERVICE_INPUTS,
  SHIFT_INPUTS,
  WHERE_INPUTS,
  DEPLOY_OUTPUTS,
  DEPLOY_PERMISSIONS,
} from '@slipway/deploy';
import { defineAction, defineInputs } from '@slipway/runtime';

const inputs = defineInputs({
  ...WHERE_INPUTS,
  'task-definition': {
    type: 'string',
    pattern: /(?:arn:[\w-]+:ecs:[\w-]+:\d{12}:task-definition\/)?[A-Za-z0-9_-]{1,255}:\d{1,10}/,
    expects: 'family:revision or the ARN of a revision',
    description: 'The revision to deploy, as register-task-def tells it. Required unless `mode` is `reconcile`.',
    example: '${{ steps.register.outputs.task-definition }}',
  },
  mode: {
    type: 'enum',
    values: ['deploy', 'reconcile'],
    default: 'deploy',
    description:
      '`reconcile` deploys nothing: it puts back what a killed run left changed on the service. A delivery does that by itself.',
  },
  ...SHIFT_INPUTS,
  ...GATE_INPUTS,
  ...SERVICE_INPUTS,
  ...SAFETY_INPUTS,
  ...GITHUB_INPUTS,
});

export const definition = defineAction({
  name: 'bluegreen-deploy',
  title: 'Slipway: deploy blue/green',
  description:
    "Moves an ECS service to a task definition by ECS's own deployments, judges it at each step before it goes on, takes it back when it is bad, and tells the truth about it.",
  icon: 'shuffle',
  inputs,
  outputs: DEPLOY_OUTPUTS,
  hasPost: true,
  permissions: DEPLOY_PERMISSIONS,
});

export type Definition = typeof definition;
