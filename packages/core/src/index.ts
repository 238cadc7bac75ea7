export * from './abort-after.js';
export * from './clock.js';
export * from './digest.js';
export * from './errors.js';
export * from './nearest.js';
export * from './poll.js';
export * from './redact.js';
export type * from './shape.js';
export * from './within.js';
