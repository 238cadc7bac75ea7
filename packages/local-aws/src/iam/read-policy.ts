import { SlipwayError } from '@slipway/core';
import { CONDITION_OPERATORS, operatorOf, type Condition } from './condition.js';
import type { Policy, Principal, Statement } from './policy.js';

/** Whether a policy says what somebody may do, or who may come in. */
export type PolicyKind = 'permissions' | 'trust';

type Members = Readonly<Record<string, unknown>>;

const COMMON_MEMBERS = ['Sid', 'Effect', 'Action', 'Condition'];
/** What a statement has besides, and has to have. */
const OWN_MEMBER = { permissions: 'Resource', trust: 'Principal' } as const;
const PRINCIPAL_KINDS = ['AWS', 'Federated', 'Service'] as const;

/**
 * readPolicy reads a policy document. `where` begins the message of what is wrong with it.
 *
 * @throws SlipwayError LOCAL_AWS_OPTION
 */
export function readPolicy(document: unknown, kind: PolicyKind, where: string): Policy {
  const { Statement: statements, ...others } = membersOf(document, where);
  refuseOthers(others, ['Version', 'Id'], where);
  const list = Array.isArray(statements) ? (statements as unknown[]) : [statements];
  return list.map((one, index) => readStatement(one, kind, `${where}.Statement[${index}]`));
}

function readStatement(document: unknown, kind: PolicyKind, where: string): Statement {
  const members = membersOf(document, where);
  const own = OWN_MEMBER[kind];
  refuseOthers(members, [...COMMON_MEMBERS, own], where);
  const { Effect: effect } = members;
  if (effect !== 'Allow' && effect !== 'Deny') throw wrong(`${where}.Effect`, effect, 'Allow or Deny');
  return {
    effect,
    actions: textsOf(members['Action'], `${where}.Action`).map((action) => action.toLowerCase()),
    resources: kind === 'permissions' ? textsOf(members['Resource'], `${where}.Resource`) : [],
    principals: kind === 'trust' ? principalsOf(members['Principal'], `${where}.Principal`) : [],
    conditions: conditionsOf(members['Condition'] ?? {}, `${where}.Condition`),
  };
}

function principalsOf(given: unknown, where: string): readonly Principal[] {
  if (given === '*') return PRINCIPAL_KINDS.map((kind) => ({ kind, name: '*' }));
  const members = membersOf(given, where);
  refuseOthers(members, PRINCIPAL_KINDS, where);
  return PRINCIPAL_KINDS.flatMap((kind) => {
    const names = members[kind] === undefined ? [] : textsOf(members[kind], `${where}.${kind}`);
    return names.map((name) => ({ kind, name }));
  });
}

function conditionsOf(given: unknown, where: string): readonly Condition[] {
  return Object.entries(membersOf(given, where)).flatMap(([name, keys]) => {
    const operator = operatorOf(name);
    if (!operator) throw wrong(where, name, `one of ${CONDITION_OPERATORS.join(', ')}`);
    return Object.entries(membersOf(keys, `${where}.${name}`)).map(([key, values]) => ({
      ...{ operator, key: key.toLowerCase(), values: textsOf(values, `${where}.${name}.${key}`) },
    }));
  });
}

/**
 * membersOf reads an object.
 *
 * @throws SlipwayError LOCAL_AWS_OPTION
 */
export function membersOf(value: unknown, where: string): Members {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Members;
  throw wrong(where, value, 'an object');
}

/**
 * textsOf reads a text, or a list of texts that is not empty.
 *
 * @throws SlipwayError LOCAL_AWS_OPTION
 */
export function textsOf(value: unknown, where: string): readonly string[] {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (texts.length > 0 && texts.every((text) => typeof text === 'string' && text !== '')) return texts as string[];
  throw wrong(where, value, 'a text, or a list of texts');
}

/**
 * refuseOthers refuses members that nothing is done with.
 *
 * @throws SlipwayError LOCAL_AWS_OPTION
 */
export function refuseOthers(members: Members, known: readonly string[], where: string): void {
  const other = Object.keys(members).find((name) => !known.includes(name));
  if (other !== undefined) throw wrong(where, other, `made of ${known.join(', ')}`);
}

/** wrong is the error of an option that is not what it has to be. */
export function wrong(where: string, value: unknown, right: string): SlipwayError {
  const shown = typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
  return new SlipwayError({
    code: 'LOCAL_AWS_OPTION',
    message: `${where} has ${shown ?? 'nothing'}; it has to be ${right}.`,
    hint: 'docs/local-aws.md shows what accounts are made of, and how much of IAM there is.',
  });
}
