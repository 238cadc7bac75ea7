export * from './load/index.js';
export type { RehearsalOptions } from './play.js';
export * from './rehearse.js';
export type * from './report.js';
export type { Stage } from './stage.js';
export * from './timeline.js';
