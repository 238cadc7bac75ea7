import type { KnownDifference } from '../known-differences.js';
import { CLOUDWATCH_DIFFERENCES } from './cloudwatch.js';
import { ECS_DIFFERENCES } from './ecs.js';
import { ECS_TASK_DIFFERENCES } from './ecs-tasks.js';
import { ELBV2_DIFFERENCES } from './elbv2.js';
import { EVENTS_DIFFERENCES } from './events.js';
import { LOGS_DIFFERENCES } from './logs.js';
import { STS_AND_ECR_DIFFERENCES } from './sts-and-ecr.js';

/** MOTO_DIFFERENCES are all differences to moto. The list is exact: one that is missing fails, one that is gone too. */
export const MOTO_DIFFERENCES: readonly KnownDifference[] = [
  ...STS_AND_ECR_DIFFERENCES,
  ...ELBV2_DIFFERENCES,
  ...ECS_DIFFERENCES,
  ...ECS_TASK_DIFFERENCES,
  ...CLOUDWATCH_DIFFERENCES,
  ...LOGS_DIFFERENCES,
  ...EVENTS_DIFFERENCES,
];
