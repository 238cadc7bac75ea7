import type { Ending } from './follow.js';

/** GitHub draws Mermaid in a summary; more bars than this cannot be read. */
const MOST_BARS = 30;

/** stagesChart draws what happened when, as a Gantt chart. */
export function stagesChart({ timeline, seconds }: Ending, secondMs: number): string {
  if (timeline.length < 2) return '';
  const bars = timeline.slice(-MOST_BARS).map(({ atMs, event }, at, shown) => {
    const from = Math.round((atMs / secondMs) * 1000);
    const to = Math.max(from + 1, Math.round(((shown[at + 1]?.atMs ?? seconds * secondMs) / secondMs) * 1000));
    return `  ${label(event)} :${from}, ${to}`;
  });
  return fenced(['gantt', '  dateFormat x', '  axisFormat %H:%M:%S', ...bars]);
}

/** A colon or a semicolon would end the text of a bar. */
function label(event: string): string {
  return event.replaceAll(/[:;#\n"]/g, ' ').slice(0, 60);
}

/** sharesChart draws the new revision's share of the production traffic over time. */
export function sharesChart({ shares, seconds }: Ending, secondMs: number): string {
  if (shares.length === 0) return '';
  const points = [{ at: 0, percent: 0 }];
  for (const { atMs, percent } of shares) {
    const at = Math.round(atMs / secondMs);
    points.push({ at, percent: points.at(-1)?.percent ?? 0 }, { at, percent });
  }
  points.push({ at: Math.max(seconds, points.at(-1)?.at ?? 0), percent: points.at(-1)?.percent ?? 0 });
  return fenced([
    'xychart-beta',
    '  title "Production traffic of the new revision"',
    `  x-axis "seconds" [${points.map(({ at }) => at).join(', ')}]`,
    '  y-axis "percent" 0 --> 100',
    `  line [${points.map(({ percent }) => percent).join(', ')}]`,
  ]);
}

function fenced(lines: readonly string[]): string {
  return ['```mermaid', ...lines, '```'].join('\n');
}
