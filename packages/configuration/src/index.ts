/** Reads slipway.yml: what is delivered, where to, and which branch drives which environments. */
export { configurationJsonSchema } from './json-schema.js';
export { readConfiguration } from './read.js';
export {
  MAX_STAGES,
  type Configuration,
  type EnvironmentConfiguration,
  type ServiceConfiguration,
  type TargetOverride,
} from './schema.js';
export { DEPLOY_SETTINGS } from './deploy-settings.js';
export { MAX_CELLS } from './spanning/spanning.js';
export { targetOf, type Setting, type Target } from './target.js';
