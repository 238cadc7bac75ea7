export { connect, type Aws } from './aws.js';
export { CONTAINER, SERVICE, createEnvironment, createRepository, createService, type Environment } from './infrastructure.js';
export * from './load/index.js';
export type { RehearsalOptions } from './play.js';
export * from './rehearse.js';
export type * from './report.js';
export * from './simulated-scene.js';
export type { Stage } from './stage.js';
export * from './timeline.js';
