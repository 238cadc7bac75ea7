/** As much as one reads in a log line. */
const MAX_SNIPPET_CHARS = 300;

/** snippet returns the beginning of a foreign text on one line, without control characters and halves of characters. */
export function snippet(text: string): string {
  const cut = text.length > MAX_SNIPPET_CHARS ? `${text.slice(0, MAX_SNIPPET_CHARS)}…` : text;
  return cut.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/\p{Cs}/gu, '\uFFFD');
}
