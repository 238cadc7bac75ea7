/** matchesPattern tells whether a text is what a pattern says, in which `*` is any text and `?` any one character. */
export function matchesPattern(pattern: string, text: string): boolean {
  let [at, from] = [0, 0];
  /** Where the latest `*` is, and how much of the text it stands for so far: the only place to go back to. */
  let [star, taken] = [-1, 0];
  while (at < text.length) {
    const wanted = pattern[from];
    if (wanted === '*') {
      [star, taken] = [from, at];
      from += 1;
    } else if (wanted === '?' || (wanted !== undefined && wanted === text[at])) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      taken += 1;
      [at, from] = [taken, star + 1];
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(from));
}
