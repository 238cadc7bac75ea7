/** A row of a table that says what takes the place of something: three columns. */
export interface MigrationRow {
  /** What the first column names, in code. */
  readonly names: readonly string[];
  /** The second column: our actions and inputs, or a dash. */
  readonly here: string;
  /** The third column. */
  readonly note: string;
}

/** A table, with where it stands. */
export interface MigrationTable {
  /** The heading above it: `docker/metadata-action`. */
  readonly heading: string;
  /** What its first column is called: `Input`. */
  readonly kind: string;
  readonly rows: readonly MigrationRow[];
}

/** A part of a Markdown text, from a heading to the next one of any level. */
export interface Section {
  readonly heading: string;
  readonly text: string;
}

/** sectionsOf splits a Markdown text at its headings; a `#` within a fenced block is none. */
export function sectionsOf(markdown: string): Section[] {
  const sections: { heading: string; lines: string[] }[] = [];
  let isFenced = false;
  for (const line of markdown.split('\n')) {
    if (/^ *```/.test(line)) isFenced = !isFenced;
    const [, heading] = (!isFenced && /^#+ (.+)$/.exec(line)) || [];
    if (heading === undefined) sections.at(-1)?.lines.push(line);
    else sections.push({ heading, lines: [] });
  }
  return sections.map(({ heading, lines }) => ({ heading, text: lines.join('\n') }));
}

/** migrationTables finds the tables of three columns whose second one is called `Here`. */
export function migrationTables(markdown: string): MigrationTable[] {
  return sectionsOf(markdown).flatMap(({ heading, text }) => {
    const blocks = [...text.matchAll(/(?:^\|.*\|$\n?)+/gm)].map(([block]) => block.trimEnd().split('\n').map(cellsOf));
    return blocks.flatMap(([head = [], , ...rows]) =>
      head.length === 3 && head[1] === 'Here' ? [{ heading, kind: head[0] ?? '', rows: rows.map(rowOf) }] : [],
    );
  });
}

function cellsOf(line: string): string[] {
  return line
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}

function rowOf([first = '', here = '', note = '']: readonly string[]): MigrationRow {
  return { names: codeIn(first), here, note };
}

/** codeIn returns what stands in backticks. */
export function codeIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}
