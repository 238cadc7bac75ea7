import type { Shape } from '@slipway/core';
import type { JsonObject } from '../json.js';
import { checkShape } from './check-shape.js';
import type { Finding } from './finding.js';
import { api, type Rule } from './rule.js';
import { CONTAINER_RULES } from './rules/containers.js';
import { DEPENDENCY_RULES } from './rules/dependencies.js';
import { FARGATE_RULES } from './rules/fargate.js';
import { PLATFORM_RULES } from './rules/platform-and-logs.js';
import { PORT_RULES } from './rules/ports.js';
import { VARIABLE_RULES } from './rules/variables.js';
import { VOLUME_RULES } from './rules/volumes.js';
import { WHOLE_RULES } from './rules/whole.js';
import type { Task } from './task.js';

/** RULES are the rules beyond the shape. */
export const RULES: readonly Rule[] = [
  ...WHOLE_RULES,
  ...FARGATE_RULES,
  ...PORT_RULES,
  ...CONTAINER_RULES,
  ...VARIABLE_RULES,
  ...DEPENDENCY_RULES,
  ...VOLUME_RULES,
  ...PLATFORM_RULES,
];

/** SHAPE_RULES are what holding a definition against the SDK's own model finds. */
export const SHAPE_RULES: readonly Pick<Rule, 'code' | 'severity' | 'says' | 'link'>[] = [
  { code: 'unknown-field', says: 'Every field is one that ECS has in its place.' },
  { code: 'unknown-value', says: 'A value is one that ECS has, where there are only some.' },
  { code: 'wrong-type', says: 'A value is a text, a whole number, a boolean, a list or an object, as ECS has it.' },
  { code: 'missing-field', says: 'What ECS requires is there.' },
  { code: 'one-of', says: 'Of members that exclude each other there is exactly one.' },
].map((rule) => ({ ...rule, severity: 'error', link: api('RegisterTaskDefinition') }));

/** How strict the lint is. */
export interface LintOptions {
  /** Fields and values that the shape does not know: AWS may have added them since. */
  readonly unknownFields: 'error' | 'warn';
  /** Codes of rules that are not held. */
  readonly allow: readonly string[];
}

/** lint holds a task definition against ECS's model and the rules and returns everything that is wrong at once. */
export function lint(definition: JsonObject, shape: Shape, options: LintOptions): readonly Finding[] {
  const { findings, sound } = checkShape(shape, definition);
  const broken = RULES.flatMap((rule) =>
    [...rule.check(sound as Task)].map(({ path, message }): Finding => ({
      rule: rule.code,
      severity: rule.severity,
      path,
      message,
    })),
  );
  return [...findings.map((finding) => lowered(finding, options)), ...broken].filter(
    ({ rule }) => !options.allow.includes(rule),
  );
}

function lowered(finding: Finding, { unknownFields }: LintOptions): Finding {
  const isOpen = finding.rule === 'unknown-field' || finding.rule === 'unknown-value';
  return isOpen && unknownFields === 'warn' ? { ...finding, severity: 'warning' } : finding;
}
