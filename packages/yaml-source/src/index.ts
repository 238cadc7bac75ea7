/** Reads YAML that people write: plain data, and for each member the line and column at which it stands. */
export * from './position.js';
export * from './yaml-text.js';
