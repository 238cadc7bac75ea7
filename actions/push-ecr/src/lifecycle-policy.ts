import { SlipwayError, nearest } from '@slipway/core';
import { isRecord, readYaml, type YamlRecord } from './yaml-text.js';

/** The members that ECR knows, by where they stand: a misspelt one would be refused by it without its name. */
const MEMBERS = {
  policy: ['rules'],
  rule: ['rulePriority', 'description', 'selection', 'action'],
  selection: [
    ...['tagStatus', 'tagPatternList', 'tagPrefixList', 'storageClass'],
    ...['countType', 'countUnit', 'countNumber'],
  ],
  action: ['type', 'targetStorageClass'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/**
 * readLifecyclePolicy reads `lifecycle-policy`, ECR's own form written as YAML or JSON, and returns it as the JSON that
 * ECR takes.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 * @throws SlipwayError PUSH_LIFECYCLE_INVALID
 */
export async function readLifecyclePolicy(text: string): Promise<string> {
  const policy = record(await readYaml(text, wrong), 'it', 'policy');
  const { rules } = policy;
  if (!Array.isArray(rules) || rules.length === 0) throw wrong("it needs a list 'rules' with at least one rule");
  const priorities = (rules as unknown[]).map((rule, at) => checkRule(rule, `rules[${at}]`));
  if (new Set(priorities).size < priorities.length) throw wrong("two rules have the same 'rulePriority'");
  return JSON.stringify(policy);
}

function checkRule(value: unknown, where: string): unknown {
  const rule = record(value, where, 'rule');
  const selection = record(rule['selection'], `${where}.selection`, 'selection');
  const action = record(rule['action'], `${where}.action`, 'action');
  const { rulePriority } = rule;
  if (!isCount(rulePriority)) throw wrong(`${where}.rulePriority has to be a whole number above 0`);
  const { tagStatus, countType, countNumber } = selection;
  if (!['tagged', 'untagged', 'any'].includes(tagStatus as string)) {
    throw wrong(`${where}.selection.tagStatus has to be tagged, untagged or any`);
  }
  if (typeof countType !== 'string') throw wrong(`${where}.selection.countType is missing, as imageCountMoreThan`);
  if (!isCount(countNumber)) throw wrong(`${where}.selection.countNumber has to be a whole number above 0`);
  if (typeof action['type'] !== 'string') throw wrong(`${where}.action.type is missing, as expire`);
  return rulePriority;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function record(value: unknown, where: string, kind: keyof typeof MEMBERS): YamlRecord {
  if (!isRecord(value)) throw wrong(`${where} has to be a mapping`);
  const known: readonly string[] = MEMBERS[kind];
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown === undefined) return value;
  const meant = nearest(unknown, [...known]);
  throw wrong(`${where} has the member '${unknown}'${meant === undefined ? '' : `; did you mean '${meant}'?`}`);
}

function wrong(why: string): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_LIFECYCLE_INVALID',
    message: `'lifecycle-policy' cannot be used: ${why}.`,
    hint: "Write ECR's own form as YAML: rules, each with rulePriority, selection and action.",
  });
}
