export * from './action.js';
export * from './clock.js';
export * from './definition.js';
export * from './github.js';
export * from './log.js';
export * from './summary.js';
export * from './inputs/parse.js';
export * from './inputs/schema.js';
export { splitList } from './inputs/values.js';
