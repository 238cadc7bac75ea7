/**
 * Reads YAML that people write: plain data, for each member the line and column at which it stands, and so what a schema
 * found wrong with it.
 */
export * from './position.js';
export { pathText, takesText, schemaProblems } from './schema-problems.js';
export * from './yaml-text.js';
