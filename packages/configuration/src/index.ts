/** Reads slipway.yml: what is delivered, where to, and which branch drives which environments. */
export { NOT_CHOSEN } from './fields.js';
export { configurationJsonSchema } from './json-schema.js';
export { readConfiguration } from './read.js';
export {
  MAX_STAGES,
  type Configuration,
  type EnvironmentConfiguration,
  type ServiceConfiguration,
  type TargetOverride,
} from './schema.js';
export { DEFAULT_TIMEOUT_MINUTES, MAX_TIMEOUT_MINUTES, overlong } from './durations.js';
export { DEPLOY_SETTINGS } from './deploy-settings.js';
export { isElsewhere } from './elsewhere.js';
export { MAX_CELLS } from './spanning/spanning.js';
export { targetOf, type Setting, type Target } from './target.js';
