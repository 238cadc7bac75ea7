import { ROLLBACK_INPUTS, ROLLBACK_OUTPUTS, ROLLBACK_PERMISSIONS } from '@slipway/deploy';
import { defineAction } from '@slipway/runtime';

export const definition = defineAction({
  name: 'rollback',
  title: 'Slipway: roll back',
  description:
    'Takes an ECS service back: stops a deployment under way, or deploys, at once and with checks, what was deployed successfully before. Can hold further deliveries until a person releases them.',
  icon: 'rewind',
  inputs: ROLLBACK_INPUTS,
  outputs: ROLLBACK_OUTPUTS,
  hasPost: true,
  permissions: ROLLBACK_PERMISSIONS,
});

export type Definition = typeof definition;
