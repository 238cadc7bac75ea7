const VARIABLE = /\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^${}]*))?\})/g;

/**
 * expand writes the values of variables into a word of a Dockerfile, as BuildKit does: `$A`, `${A}`, `${A:-b}`, `${A:+b}`
 * and both without the colon. It returns undefined where a value is not known, or the form is another one.
 */
export function expand(word: string, values: ReadonlyMap<string, string>): string | undefined {
  let isKnown = true;
  const expanded = word.replaceAll(VARIABLE, (...[, bare, braced, operator, other]: (string | undefined)[]) => {
    const value = values.get(bare ?? braced ?? '');
    // With the colon, an empty value counts as none.
    const isSet = operator?.startsWith(':') ? Boolean(value) : value !== undefined;
    if (operator?.endsWith('-')) return isSet ? (value ?? '') : (other ?? '');
    if (operator?.endsWith('+')) return isSet ? (other ?? '') : '';
    isKnown &&= value !== undefined;
    return value ?? '';
  });
  return isKnown && !expanded.includes('$') ? expanded : undefined;
}
