/** QueryPair is a pattern for one pair of a query string; without a key, for the value of any. */
export interface QueryPair {
  readonly key: string | undefined;
  readonly value: string;
}

/** anyMatches tells whether a text matches one of the patterns. `i` ignores case. */
export function anyMatches(patterns: readonly string[], text: string, flags: '' | 'i'): boolean {
  return patterns.some((pattern) => wildcard(pattern, flags).test(text));
}

/** wildcard returns the expression for a pattern in which `*` is any text, the empty one too, and `?` one character. */
export function wildcard(pattern: string, flags: '' | 'i'): RegExp {
  return new RegExp(`^${pattern.replace(/\*+|[^]/g, meaningOf)}$`, `s${flags}`);
}

/**
 * holdsPair tells whether a query string, without its `?`, has a pair that matches. Here, and only here, a pattern can
 * say a literal `*` or `?`, by a backslash. Pairs are compared as they stand on the wire, percent-encoding included.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_QueryStringConditionConfig.html
 */
export function holdsPair(query: string, { key, value }: QueryPair): boolean {
  if (query === '') return false;
  return query.split('&').some((pair) => {
    const [name = '', ...rest] = pair.split('=');
    return (key === undefined || escapable(key).test(name)) && escapable(value).test(rest.join('='));
  });
}

function escapable(pattern: string): RegExp {
  return new RegExp(`^${pattern.replace(/\\[*?\\]|\*+|[^]/g, meaningOf)}$`, 'si');
}

/** A run of stars means what one star means, and costs a backtracking matcher far less. */
function meaningOf(token: string): string {
  if (token.startsWith('*')) return '.*';
  if (token === '?') return '.';
  const literal = token.length > 1 ? token.slice(1) : token;
  return literal.replace(/[.+^${}()|[\]\\*?/-]/, '\\$&');
}
