export type { DirectCall } from './direct.js';
export * from './lab.js';
export * from './lab-options.js';
export * from './lab-routes.js';
export * from './lab-run.js';
export { createWorldOver, type LabWorld } from './lab-world.js';
