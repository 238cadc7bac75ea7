/** mermaid returns a picture as GitHub draws it in a summary. */
export function mermaid(lines: readonly string[]): string {
  return ['```mermaid', ...lines, '```'].join('\n');
}

/** chartLabel makes a text safe as the name of a bar: what Mermaid would read as its own becomes a blank. */
export function chartLabel(text: string): string {
  return text
    .replaceAll(/[:,;#`<>\n"]/g, ' ')
    .slice(0, 60)
    .trim();
}

/** XyChart is what is drawn over a common axis. */
export interface XyChart {
  readonly title: string;
  readonly x: { readonly title: string; readonly values: readonly number[] };
  /** Without `to` Mermaid finds the highest itself. */
  readonly y: { readonly title: string; readonly to?: number };
  readonly lines: readonly (readonly number[])[];
  readonly bars?: readonly (readonly number[])[];
}

/** Only its own end ends a text in quotation marks. */
function quoted(text: string): string {
  return `"${text.replaceAll(/["\n`]/g, ' ')}"`;
}

/** xyChart draws lines, and bars behind them. */
export function xyChart({ title, x, y, lines, bars = [] }: XyChart): string {
  const list = (values: readonly number[]): string => `[${values.join(', ')}]`;
  return mermaid([
    'xychart-beta',
    `  title ${quoted(title)}`,
    `  x-axis ${quoted(x.title)} ${list(x.values)}`,
    `  y-axis ${quoted(y.title)}${y.to === undefined ? '' : ` 0 --> ${y.to}`}`,
    ...bars.map((values) => `  bar ${list(values)}`),
    ...lines.map((values) => `  line ${list(values)}`),
  ]);
}
