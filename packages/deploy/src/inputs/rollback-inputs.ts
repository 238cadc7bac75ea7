import { LIFTABLE } from '@slipway/delivery';
import {
  AWS_INPUTS,
  REPORT_INPUTS,
  defineInputs,
  type InputsOf,
  type OutputSchema,
  type PermissionStatement,
} from '@slipway/runtime';
import { GATE_INPUTS } from './gate-inputs.js';
import { GITHUB_INPUTS } from './github-inputs.js';
import { DEPLOY_OUTPUTS, DEPLOY_PERMISSIONS } from './outputs.js';
import type { DeployInputs } from './request-from.js';
import { SAFETY_INPUTS, WHERE_INPUTS } from './shift-inputs.js';

const { verify, alarms, command } = GATE_INPUTS;

/** ROLLBACK_INPUTS are what a person presses the button with. */
export const ROLLBACK_INPUTS = defineInputs({
  ...WHERE_INPUTS,
  to: {
    type: 'string',
    handedOver: [{ action: 'bluegreen-deploy', output: 'previous-task-definition', evenOfAFailure: true }],
    pattern: /[\w.:/-]{1,300}/,
    expects: "family:revision, a revision's number, an image digest or a tag",
    description:
      'Where to go back to: `family:revision` or its ARN, the number of a revision, an image digest, or a tag. The last revision that was deployed successfully and is older than the one that runs, when not set.',
    example: 'web:41',
  },
  from: {
    type: 'string',
    handedOver: [
      { action: 'bluegreen-deploy', output: 'task-definition', evenOfAFailure: true },
      // A deployment that was killed left no report, and may have been completed all the same.
      { action: 'register-task-def', output: 'task-definition' },
    ],
    pattern: /(?:arn:[\w-]+:ecs:.+:task-definition\/)?[\w-]+:\d+/,
    expects: 'family:revision, or its ARN',
    description:
      'Go back from this revision and from no other: when the service is at another one, the step ends as `unchanged`. So one takes back what one deployed, and nothing that came after it.',
    example: 'web:42',
  },
  hold: {
    type: 'enum',
    values: ['none', 'set', 'release'],
    default: 'none',
    description:
      '`set` makes deliveries to the service refuse from now on, until somebody runs this action with `release`, which deploys nothing.',
  },
  'hold-reason': {
    type: 'string',
    description: 'Why deliveries are held, for whoever meets the hold.',
    example: 'checkout fails since 4.2.0, see the incident channel',
  },
  strategy: {
    type: 'enum',
    values: ['fast', 'service'],
    default: 'fast',
    description:
      "How traffic moves: `fast` is all at once and without a bake, where the service can shift traffic; `service` is the service's own way.",
  },
  verify,
  'test-url': GATE_INPUTS['test-url'],
  'test-headers': GATE_INPUTS['test-headers'],
  'production-url': GATE_INPUTS['production-url'],
  'verify-seconds': GATE_INPUTS['verify-seconds'],
  'verify-tags': GATE_INPUTS['verify-tags'],
  'verify-variables': GATE_INPUTS['verify-variables'],
  'verify-if-possible': {
    type: 'boolean',
    default: false,
    description:
      'Go back without the suite of `verify`, with a warning, where it cannot be read or run: its file is missing or malformed, or a variable has no value. Health checks decide alone then.',
  },
  alarms,
  command,
  'command-minutes': GATE_INPUTS['command-minutes'],
  'max-stopped-tasks': SAFETY_INPUTS['max-stopped-tasks'],
  'timeout-minutes': SAFETY_INPUTS['timeout-minutes'],
  'poll-interval-seconds': SAFETY_INPUTS['poll-interval-seconds'],
  ...REPORT_INPUTS,
  ...GITHUB_INPUTS,
  ...AWS_INPUTS,
  'dry-run': SAFETY_INPUTS['dry-run'],
  'on-cancel': {
    ...SAFETY_INPUTS['on-cancel'],
    default: 'leave',
    description:
      'What a cancelled job does with a deployment that goes back: leave it, or take it back, which leads to the revision that one wanted to leave.',
  },
});

/** The inputs of a rollback. */
export type RollbackInputs = InputsOf<typeof ROLLBACK_INPUTS>;

/** What a delivery may be asked and a rollback is not. */
const NOT_ASKED = {
  'bake-minutes': undefined,
  'canary-percent': undefined,
  'canary-bake-minutes': undefined,
  'step-percent': undefined,
  'step-bake-minutes': undefined,
  'alternate-target-group-arn': undefined,
  'production-listener-rule-arn': undefined,
  'test-listener-rule-arn': undefined,
  'infrastructure-role-arn': undefined,
  'desired-count': undefined,
  'force-new-deployment': false,
  'enable-ecs-managed-tags': undefined,
  'propagate-tags': undefined,
  'capacity-provider-strategy': undefined,
  'volume-configurations': undefined,
  'health-check-grace-seconds': undefined,
  analysis: false,
  'analysis-minutes': 1,
  'slow-seconds': undefined,
  'allowed-error-percent': undefined,
  'on-inconclusive': 'wait',
  // Going back fast is worth more than the proof that the old fleet, which is to be left, answers nothing.
  'prove-drained': 'off',
  'before-traffic-task': undefined,
  'task-definition': undefined,
  'if-in-progress': 'supersede',
  'wait-until': 'completed',
  strategy: 'service',
} as const;

/** asDelivery returns the inputs of the delivery that goes back; the revision is chosen later. */
export function asDelivery(inputs: RollbackInputs): DeployInputs {
  return { ...inputs, ...NOT_ASKED, allow: [...LIFTABLE] };
}

/** ROLLBACK_OUTPUTS are a delivery's, and what one could go back to. */
export const ROLLBACK_OUTPUTS = {
  ...DEPLOY_OUTPUTS,
  candidates: {
    description:
      'What was deployed successfully before, as a JSON list: `task-definition`, `deployed-at`, `commit`, `digests`, `usable`, `because`.',
  },
} as const satisfies OutputSchema;

/** ROLLBACK_PERMISSIONS are a delivery's, and those that the images are looked up with. */
export const ROLLBACK_PERMISSIONS: readonly PermissionStatement[] = [
  ...DEPLOY_PERMISSIONS.filter(({ actions }) => !actions.includes('ecs:RunTask')),
  {
    actions: ['ecr:GetAuthorizationToken'],
    resources: ['*'],
    reason: 'to see whether the images still exist; the operation knows no narrower resource',
  },
  {
    actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    resources: ['<REPOSITORY_ARN>'],
    reason: 'to see whether the images still exist, and which commits they were built from',
  },
];
