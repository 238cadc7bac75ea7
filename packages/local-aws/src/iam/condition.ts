import { matchesPattern } from './pattern.js';

/** ConditionContext is what conditions are about: what is known of a call, by the condition key in lower case. */
export type ConditionContext = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Condition is one line of a policy's `Condition`: an operator, a key, and the values that are meant. */
export interface Condition {
  readonly operator: ConditionOperator;
  /** In lower case: AWS does not tell keys apart by it. */
  readonly key: string;
  readonly values: readonly string[];
}

/** ConditionOperator is an operator's name, taken apart. */
export interface ConditionOperator {
  readonly compare: Comparison;
  readonly negated: boolean;
  /** What a key with several values is held against; `one` for operators without a prefix. */
  readonly quantifier: 'one' | 'any' | 'all';
  /** A key that is absent fulfils it. */
  readonly ifExists: boolean;
}

type Comparison = (pattern: string, value: string) => boolean;

const equals: Comparison = (pattern, value) => pattern === value;
const equalsIgnoreCase: Comparison = (pattern, value) => pattern.toLowerCase() === value.toLowerCase();

/** The operators of texts and ARNs; all others are refused by name. */
const OPERATORS: Readonly<Record<string, { readonly compare: Comparison; readonly negated: boolean }>> = {
  StringEquals: { compare: equals, negated: false },
  StringNotEquals: { compare: equals, negated: true },
  StringEqualsIgnoreCase: { compare: equalsIgnoreCase, negated: false },
  StringLike: { compare: matchesPattern, negated: false },
  StringNotLike: { compare: matchesPattern, negated: true },
  ArnEquals: { compare: matchesPattern, negated: false },
  ArnLike: { compare: matchesPattern, negated: false },
};

const FORM = /^(?:(ForAnyValue|ForAllValues):)?([A-Za-z]+?)(IfExists)?$/;

/** CONDITION_OPERATORS are the names of the operators that there are, without prefix and suffix. */
export const CONDITION_OPERATORS: readonly string[] = Object.keys(OPERATORS);

/** operatorOf reads an operator's name; undefined when it is none of {@link CONDITION_OPERATORS}. */
export function operatorOf(name: string): ConditionOperator | undefined {
  const [, prefix, base = '', suffix] = FORM.exec(name) ?? [];
  const known = Object.hasOwn(OPERATORS, base) ? OPERATORS[base] : undefined;
  if (!known) return undefined;
  const quantifier = prefix === undefined ? 'one' : prefix === 'ForAnyValue' ? 'any' : 'all';
  return { ...known, quantifier, ifExists: suffix !== undefined };
}

/**
 * isFulfilled tells whether a condition holds. A key that is absent fulfils what is negated, what ends with IfExists,
 * and every ForAllValues: this is AWS's own rule, and why ForAllValues has no place in what allows.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function isFulfilled({ operator, key, values }: Condition, context: ConditionContext): boolean {
  const found = context[key];
  const { compare, negated, quantifier, ifExists } = operator;
  const fulfils = (value: string): boolean => values.some((pattern) => compare(pattern, value)) !== negated;
  if (found === undefined) return ifExists || quantifier === 'all' || (negated && quantifier === 'one');
  const given = typeof found === 'string' ? [found] : found;
  return quantifier === 'all' ? given.every(fulfils) : given.some(fulfils);
}
