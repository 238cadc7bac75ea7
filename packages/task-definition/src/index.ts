export * from './canonical.js';
export * from './change/apply-changes.js';
export {
  changeContainer,
  changesAny,
  type ChangedContainer,
  type ContainerChanges,
} from './change/container-changes.js';
export * from './change/merge-patch.js';
export * from './change/placeholders.js';
export * from './diff.js';
export * from './json.js';
export * from './known-fields.js';
export * from './lint/check-shape.js';
export type * from './lint/finding.js';
export * from './lint/lint.js';
export type { Rule } from './lint/rule.js';
export * from './read-definition.js';
export * from './source-text.js';
export type * from './text.js';
