import type { YamlText } from '@slipway/yaml-source';
import type { Raw } from './raw.js';

/** The three parts of a configuration, as far as they are maps. */
export interface Parts {
  readonly yaml: YamlText;
  readonly services: Raw;
  readonly environments: Raw;
  readonly branches: Raw;
}
