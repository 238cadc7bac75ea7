import type { Problem, YamlText } from '@slipway/yaml-source';
import { accountProblems } from './accounts.js';
import { durationProblems } from './durations.js';
import type { Parts } from './parts.js';
import { asRaw } from './raw.js';
import { referenceProblems } from './references.js';
import { sharingProblems } from './sharing.js';
import { stageProblems } from './stages.js';

export { MAX_CELLS } from './stages.js';

/** spanningProblems finds what no single member can tell; looked for even where the rest is wrong, so that all is told. */
export function spanningProblems(yaml: YamlText, value: unknown): Problem[] {
  const root = asRaw(value);
  const parts: Parts = {
    yaml,
    services: asRaw(root['services']),
    environments: asRaw(root['environments']),
    branches: asRaw(root['branches']),
  };
  return [
    ...referenceProblems(parts),
    ...accountProblems(parts),
    ...stageProblems(parts),
    ...sharingProblems(parts),
    ...durationProblems(parts),
  ];
}
