import { SlipwayError } from '@slipway/core';
import { asWrittenProblems } from './as-written.js';
import { problemList, schemaProblems, YamlText, type Problem } from '@slipway/yaml-source';
import { configurationSchema, type Configuration } from './schema.js';
import { spanningProblems } from './spanning/spanning.js';

/** A thousand services fit; what is larger is something else. */
const MAX_BYTES = 1024 * 1024;
/**
 * readConfiguration reads slipway.yml and reports all its problems at once, each as `file:line:column`.
 *
 * @throws SlipwayError CONFIG_INVALID
 */
export function readConfiguration(text: string, file: string): Configuration {
  const found = find(text);
  if ('configuration' in found) return found.configuration;
  throw invalid(file, found.problems);
}

type Found = { readonly configuration: Configuration } | { readonly problems: readonly Problem[] };

function find(text: string): Found {
  if (Buffer.byteLength(text) > MAX_BYTES) return onFirstLine('a configuration may have 1 MiB');
  const yaml = new YamlText(text);
  if (yaml.problems.length > 0) return { problems: yaml.problems };
  const value = yaml.value();
  const parsed = configurationSchema.safeParse(value);
  const problems = [...asWrittenProblems(yaml, text, value), ...spanningProblems(yaml, value)];
  if (!parsed.success)
    problems.push(...schemaProblems({ yaml, schema: configurationSchema, name: 'a configuration' }, parsed.error));
  return parsed.success && problems.length === 0 ? { configuration: parsed.data } : { problems };
}

function onFirstLine(message: string): Found {
  return { problems: [{ line: 1, column: 1, message }] };
}

function invalid(file: string, problems: readonly Problem[]): SlipwayError {
  const { count, lines } = problemList(file, problems);
  return new SlipwayError({
    code: 'CONFIG_INVALID',
    message: `The configuration has ${count}:\n${lines}`,
    hint: 'Correct the file at the places named above; schemas/slipway.schema.json tells an editor what is known.',
  });
}
