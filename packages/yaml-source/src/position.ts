/** Where something stands in a file; both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Problem is one thing that is wrong, and where. */
export interface Problem extends Position {
  readonly message: string;
}

/** Path leads from the root of a document to one of its members: keys of maps, and positions in lists from 0. */
export type Path = readonly PropertyKey[];

/** More would bury the first. */
const MAX_PROBLEMS = 50;

/**
 * problemList counts problems (`a problem`, `3 problems`) and lists them by their place, each once and on a line of its
 * own: `  - file:line:column: what is wrong`. A reader that has lost its way says the same of the same place again.
 */
export function problemList(
  file: string,
  problems: readonly Problem[],
): { readonly count: string; readonly lines: string } {
  const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const all = [...new Set(sorted.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`))];
  const more = all.length > MAX_PROBLEMS ? [`and ${all.length - MAX_PROBLEMS} more`] : [];
  return {
    count: all.length === 1 ? 'a problem' : `${all.length} problems`,
    lines: [...all.slice(0, MAX_PROBLEMS), ...more].map((line) => `  - ${line}`).join('\n'),
  };
}
