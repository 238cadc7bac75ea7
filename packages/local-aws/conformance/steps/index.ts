import type { Step } from '../step.js';
import { CLOUDWATCH_STEPS } from './cloudwatch.js';
import { ECR_STEPS } from './ecr.js';
import { ECS_STEPS } from './ecs.js';
import { ELBV2_STEPS } from './elbv2.js';
import { EVENTS_STEPS } from './events.js';
import { LOGS_STEPS } from './logs.js';
import { STS_STEPS } from './sts.js';

/** STEPS are all calls, in their order; the last ones of each service remove what the first ones made. */
export const STEPS: readonly Step[] = [
  ...STS_STEPS,
  ...ECR_STEPS,
  ...ELBV2_STEPS,
  ...ECS_STEPS,
  ...CLOUDWATCH_STEPS,
  ...LOGS_STEPS,
  ...EVENTS_STEPS,
];
