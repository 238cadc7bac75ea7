import { chartLabel, mermaid, xyChart } from '@slipway/runtime';
import type { Ending } from './follow.js';

/** GitHub draws Mermaid in a summary; more bars than this cannot be read. */
const MOST_BARS = 30;

/** stagesChart draws what happened when, as a Gantt chart. */
export function stagesChart({ timeline, seconds }: Ending, secondMs: number): string {
  if (timeline.length < 2) return '';
  const bars = timeline.slice(-MOST_BARS).map(({ atMs, event }, at, shown) => {
    const from = Math.round((atMs / secondMs) * 1000);
    const to = Math.max(from + 1, Math.round(((shown[at + 1]?.atMs ?? seconds * secondMs) / secondMs) * 1000));
    return `  ${chartLabel(event)} :${from}, ${to}`;
  });
  return mermaid(['gantt', '  dateFormat x', '  axisFormat %H:%M:%S', ...bars]);
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
  return xyChart({
    title: 'Production traffic of the new revision',
    x: { title: 'seconds', values: points.map(({ at }) => at) },
    y: { title: 'percent', to: 100 },
    lines: [points.map(({ percent }) => percent)],
  });
}
