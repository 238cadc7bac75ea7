import { invalidParameter } from './errors.js';

/** FilterPattern tells whether a message is wanted. */
export type FilterPattern = (message: string) => boolean;

const TERM = /\s*([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))/y;

/**
 * parseFilterPattern reads a pattern of terms: all of them have to occur, of those with a leading `?` at least one, of
 * those with a leading `-` none. Terms are case-sensitive; those with other than letters, digits and `_` are quoted.
 *
 * @throws AwsError InvalidParameterException, also for the patterns that local-aws does not run: JSON, columns, `%regex%`
 */
export function parseFilterPattern(pattern: string): FilterPattern {
  const text = pattern.trim();
  if (/^[{[%]/.test(text)) {
    throw invalidParameter(
      `local-aws does not run the filter pattern '${text}': it knows terms, "quoted", -not, ?any.`,
    );
  }
  const terms = termsOf(text);
  const having = (sign: string): string[] => terms.filter((term) => term.sign === sign).map(({ word }) => word);
  const [all, any, none] = [having(''), having('?'), having('-')];
  return (message) =>
    all.every((word) => message.includes(word)) &&
    (any.length === 0 || any.some((word) => message.includes(word))) &&
    !none.some((word) => message.includes(word));
}

interface Term {
  readonly sign: string;
  readonly word: string;
}

function termsOf(text: string): Term[] {
  const terms: Term[] = [];
  TERM.lastIndex = 0;
  while (TERM.lastIndex < text.length) {
    const match = TERM.exec(text);
    if (!match) throw invalidParameter(`Invalid filter pattern: '${text}'.`);
    const [, sign = '', quoted, plain] = match;
    if (plain !== undefined && !/^\w+$/.test(plain)) {
      throw invalidParameter(`Invalid character(s) in term '${plain}'`);
    }
    terms.push({ sign, word: quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '' });
  }
  return terms;
}
