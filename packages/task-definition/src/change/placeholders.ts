import { SlipwayError, nearest } from '@slipway/core';
import { isObject, pathText, type Path } from '../json.js';

/** What stands for each placeholder; undefined where it is known and has no value in this run. */
export type Placeholders = ReadonlyMap<string, string | undefined>;

/** The names that this suite gives a meaning; variables of one's own may not take them. */
export const OWN_PLACEHOLDERS = ['ACCOUNT_ID', 'REGION', 'IMAGE', 'SHA'] as const;

/** `$${NAME}` is how one writes a `${NAME}` that stays as it is. */
const PLACEHOLDER = /\$(\$)?\{([^{}]*)\}/g;

/** Expanded is a value whose placeholders were replaced. */
export interface Expanded {
  readonly value: unknown;
  /** The names that were replaced. */
  readonly used: ReadonlySet<string>;
}

/**
 * expandPlaceholders replaces `${NAME}` in every text of a value, keys excepted.
 *
 * @throws SlipwayError REGISTER_PLACEHOLDER_UNKNOWN that lists every one that is unknown or has no value, and where
 */
export function expandPlaceholders(value: unknown, placeholders: Placeholders): Expanded {
  const used = new Set<string>();
  const problems: string[] = [];
  const expand = (inner: unknown, path: Path): unknown => {
    if (Array.isArray(inner)) return inner.map((item, index) => expand(item, [...path, index]));
    if (isObject(inner)) {
      return Object.fromEntries(Object.entries(inner).map(([name, member]) => [name, expand(member, [...path, name])]));
    }
    if (typeof inner !== 'string') return inner;
    return inner.replace(PLACEHOLDER, (whole: string, escaped: string | undefined, name: string) => {
      if (escaped) return whole.slice(1);
      const replacement = placeholders.get(name);
      if (replacement === undefined) problems.push(problem(name, path, placeholders));
      used.add(name);
      return replacement ?? whole;
    });
  };
  const expanded = expand(value, []);
  if (problems.length > 0) throw unknown(problems);
  return { value: expanded, used };
}

/** assertVariableNames refuses variables that could never be written as a placeholder, or that would hide one of ours. */
export function assertVariableNames(names: readonly string[]): void {
  const wrong = names.filter((name) => !/^\w+$/.test(name) || (OWN_PLACEHOLDERS as readonly string[]).includes(name));
  if (wrong.length === 0) return;
  throw new SlipwayError({
    code: 'REGISTER_PLACEHOLDER_UNKNOWN',
    message: `'variables' cannot define ${wrong.join(', ')}.`,
    hint: `A name is letters, digits and '_', and none of ${OWN_PLACEHOLDERS.join(', ')}, which have a meaning of their own.`,
  });
}

function problem(name: string, path: Path, known: Placeholders): string {
  const shown = /^\w{1,60}$/.test(name) ? `\${${name}}` : 'a placeholder that is no name';
  if (known.has(name)) return `${shown} at ${pathText(path)} has no value in this run`;
  const meant = nearest(name, [...known.keys()]);
  return `${shown} at ${pathText(path)} is unknown${meant ? `; did you mean \${${meant}}?` : ''}`;
}

function unknown(problems: readonly string[]): SlipwayError {
  return new SlipwayError({
    code: 'REGISTER_PLACEHOLDER_UNKNOWN',
    message: `The task definition has placeholders without a value:\n${problems.map((each) => `  - ${each}`).join('\n')}`,
    hint: "There are ${ACCOUNT_ID}, ${REGION}, ${SHA}, ${IMAGE} with one image given, and the input 'variables'. Write $${NAME} for a ${NAME} that is to stay.",
  });
}
