import { YamlText } from '@slipway/yaml-source';
import type { SourceText } from './text.js';

/** parseYamlText reads YAML 1.2's core schema. */
export function parseYamlText(text: string): SourceText {
  const yaml = new YamlText(text);
  return {
    value: yaml.value(),
    problems: yaml.problems,
    lineOf: (path) => yaml.positionOfMember(path).line,
  };
}
