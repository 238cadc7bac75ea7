export * from './decide.js';
export * from './outcome.js';
export * from './status.js';
export * from './timeline.js';
