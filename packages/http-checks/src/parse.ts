import { SlipwayError } from '@slipway/core';
import { problemList, schemaProblems, YamlText, type Problem } from '@slipway/yaml-source';
import { suiteSchema, type RawSuite } from './schema.js';
import { spanningProblems } from './spanning.js';
import type { Suite } from './suite.js';
import { toCheck, toTrust } from './to-check.js';

/** A thousand checks fit; what is larger is not a suite. */
const MAX_SUITE_BYTES = 256 * 1024;

/**
 * parseSuite reads a check suite and reports all its problems at once, each as `file:line:column`.
 *
 * @throws SlipwayError SUITE_INVALID
 */
export function parseSuite(text: string, fileName: string): Suite {
  if (Buffer.byteLength(text) > MAX_SUITE_BYTES) {
    throw suiteInvalid(fileName, [{ line: 1, column: 1, message: `a suite may have ${MAX_SUITE_BYTES} bytes` }]);
  }
  const yaml = new YamlText(text);
  if (yaml.problems.length > 0) throw suiteInvalid(fileName, yaml.problems);
  const value = yaml.value();
  const parsed = suiteSchema.safeParse(value);
  const problems = [...spanningProblems(yaml, value)];
  if (!parsed.success) problems.push(...schemaProblems({ yaml, schema: suiteSchema, name: 'a suite' }, parsed.error));
  if (!parsed.success || problems.length > 0) throw suiteInvalid(fileName, problems);
  return toSuite(yaml, parsed.data, fileName);
}

function toSuite(yaml: YamlText, raw: RawSuite, file: string): Suite {
  const { path, status, 'timeout-seconds': timeoutSeconds } = raw.ready;
  const checks = raw.checks.map((check, index) => toCheck(check, yaml.positionAt(['checks', index]).line));
  const variables = raw.variables === undefined ? {} : { variables: new Map(Object.entries(raw.variables)) };
  const tls = raw.tls === undefined ? {} : { tls: toTrust(raw.tls) };
  return { file, ready: { path, status, timeoutSeconds }, checks, ...variables, ...tls };
}

function suiteInvalid(file: string, problems: readonly Problem[]): SlipwayError {
  const { count, lines } = problemList(file, problems);
  return new SlipwayError({
    code: 'SUITE_INVALID',
    message: `The check suite has ${count}:\n${lines}`,
    hint: 'Correct the file at the places named above.',
  });
}
