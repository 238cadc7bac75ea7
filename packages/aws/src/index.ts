export * from './account.js';
export * from './configuration.js';
export * from './ecr.js';
export * from './ecs.js';
export * from './ecs-types.js';
export * from './elbv2.js';
export * from './errors.js';
export * from './sts.js';
