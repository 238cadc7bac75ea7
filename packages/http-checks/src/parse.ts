import { SlipwayError, nearest } from '@slipway/core';
import { problemList, YamlText, type Problem } from '@slipway/yaml-source';
import type { z } from 'zod';
import { knownKeysAt, suiteSchema, type RawSuite } from './schema.js';
import { spanningProblems } from './spanning.js';
import type { Suite } from './suite.js';
import { toCheck } from './to-check.js';

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
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap((issue) => problemsOf(yaml, issue)));
  if (!parsed.success || problems.length > 0) throw suiteInvalid(fileName, problems);
  return toSuite(yaml, parsed.data, fileName);
}

function problemsOf(yaml: YamlText, issue: z.core.$ZodIssue): Problem[] {
  const { path } = issue;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ ...yaml.positionOfKey(path, key), message: unknownKey(key, path) }));
  }
  if (issue.code === 'invalid_key') {
    const name = String(path.at(-1) ?? '');
    const reason = issue.issues[0]?.message ?? issue.message;
    return [{ ...yaml.positionOfKey(path.slice(0, -1), name), message: `'${name}' ${reason}` }];
  }
  return [{ ...yaml.positionAt(path), message: describeIssue(yaml, issue) }];
}

function unknownKey(key: string, path: readonly PropertyKey[]): string {
  const known = knownKeysAt(path);
  const meant = nearest(key, known);
  return `unknown key '${key}'; ${meant ? `did you mean '${meant}'?` : `known here: ${known.join(', ')}`}`;
}

function describeIssue(yaml: YamlText, issue: z.core.$ZodIssue): string {
  if (issue.path.length === 0) return 'a suite is a map with the keys version, ready and checks';
  if (!yaml.has(issue.path)) return `'${pathText(issue.path)}' is missing`;
  return `'${pathText(issue.path)}' ${issue.message.replace(/^(Invalid input|Invalid option|Too big|Too small): /, '')}`;
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : `${at > 0 ? '.' : ''}${String(step)}`))
    .join('');
}

function toSuite(yaml: YamlText, raw: RawSuite, file: string): Suite {
  const { path, status, 'timeout-seconds': timeoutSeconds } = raw.ready;
  const checks = raw.checks.map((check, index) => toCheck(check, yaml.positionAt(['checks', index]).line));
  const variables = raw.variables === undefined ? {} : { variables: new Map(Object.entries(raw.variables)) };
  return { file, ready: { path, status, timeoutSeconds }, checks, ...variables };
}

function suiteInvalid(file: string, problems: readonly Problem[]): SlipwayError {
  const { count, lines } = problemList(file, problems);
  return new SlipwayError({
    code: 'SUITE_INVALID',
    message: `The check suite has ${count}:\n${lines}`,
    hint: 'Correct the file at the places named above.',
  });
}
