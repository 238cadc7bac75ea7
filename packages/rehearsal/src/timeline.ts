/** Something that happened, in milliseconds on the load's time axis. */
export interface TimelineEvent {
  readonly atMs: number;
  readonly event: string;
}

/** What was answered in one interval; intervals of a series are of one length and without gaps. */
export interface RequestsInterval {
  /** The interval's begin. */
  readonly atMs: number;
  /** Good answers by the version that gave them. */
  readonly byVersion: Readonly<Record<string, number>>;
  readonly failedByKind?: Readonly<Record<string, number>>;
}

/** The bar of the busiest row; with the times before it and the number behind it a line stays under 80 characters. */
const BAR_WIDTH = 48;
/** More rows than this are no picture any more. */
const MAX_ROWS = 30;
/** How many milliseconds a row may stand for: the steps a person counts in. */
const ROW_STEPS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000];
/** One per version, in the order in which they first answered; unlike each other also without colour. */
const FILLS = ['█', '░', '▓', '▒', '#', '='];
const FAILED = '×';

/** renderTimeline renders what happened, and below it which version answered when, as text for a terminal. */
export function renderTimeline(events: readonly TimelineEvent[], series: readonly RequestsInterval[] = []): string {
  const blocks = [renderEvents(events), renderChart(series)];
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function renderEvents(events: readonly TimelineEvent[]): string[] {
  const inOrder = [...events].sort((a, b) => a.atMs - b.atMs);
  const width = timeWidth(inOrder.map(({ atMs }) => atMs));
  return inOrder.map(({ atMs, event }) => `${seconds(atMs).padStart(width)} s  ${oneLine(event)}`);
}

interface Row {
  readonly atMs: number;
  readonly byVersion: Map<string, number>;
  failed: number;
}

function renderChart(series: readonly RequestsInterval[]): string[] {
  const rows = toRows(series);
  const versions = [...new Set(series.flatMap(({ byVersion }) => Object.keys(byVersion)))];
  const fills = new Map(versions.map((version, index) => [version, FILLS[index % FILLS.length] ?? '#']));
  const busiest = Math.max(0, ...rows.map(total));
  const first = rows[0];
  if (busiest === 0 || !first) return [];
  const width = timeWidth(rows.map(({ atMs }) => atMs));
  const legend = versions.map((version) => `${fills.get(version)} ${oneLine(version)}`);
  const rowMs = (rows[1]?.atMs ?? first.atMs + stepOf(series)) - first.atMs;
  return [
    `${' '.repeat(width)}    requests in each ${seconds(rowMs)} s: ${[...legend, `${FAILED} failed`].join('  ')}`,
    ...rows.map((row) => {
      const parts = versions.map((version): Part => [fills.get(version) ?? '#', row.byVersion.get(version) ?? 0]);
      return `${seconds(row.atMs).padStart(width)} s  ${bar([...parts, [FAILED, row.failed]], busiest)} ${total(row)}`;
    }),
  ];
}

type Part = readonly [fill: string, count: number];

/** Every part that is not nothing is seen: a single failed request among a thousand good ones above all. */
function bar(parts: readonly Part[], busiest: number): string {
  const filled = parts.filter(([, count]) => count > 0);
  return filled
    .map(([fill, count]) => fill.repeat(Math.max(1, Math.round((count / busiest) * BAR_WIDTH))))
    .join('')
    .padEnd(BAR_WIDTH);
}

function toRows(series: readonly RequestsInterval[]): Row[] {
  const first = series[0];
  const last = series.at(-1);
  if (!first || !last) return [];
  const spanMs = last.atMs + stepOf(series) - first.atMs;
  const rowMs = ROW_STEPS_MS.find((step) => step >= stepOf(series) && spanMs / step <= MAX_ROWS) ?? spanMs;
  const originMs = Math.floor(first.atMs / rowMs) * rowMs;
  const rows: Row[] = [];
  for (const interval of series) {
    const index = Math.floor((interval.atMs - originMs) / rowMs);
    while (rows.length <= index) {
      rows.push({ atMs: originMs + rows.length * rowMs, byVersion: new Map(), failed: 0 });
    }
    const row = rows[index] as Row;
    for (const [version, count] of Object.entries(interval.byVersion)) {
      row.byVersion.set(version, (row.byVersion.get(version) ?? 0) + count);
    }
    row.failed += sum(Object.values(interval.failedByKind ?? {}));
  }
  return rows;
}

function total(row: Row): number {
  return sum(row.byVersion.values()) + row.failed;
}

function sum(counts: Iterable<number>): number {
  let all = 0;
  for (const count of counts) all += count;
  return all;
}

/** The length of a series' intervals; one that stands alone is taken for the shortest there is. */
function stepOf(series: readonly RequestsInterval[]): number {
  const [first, second] = series;
  return first && second ? second.atMs - first.atMs : (ROW_STEPS_MS[0] as number);
}

function timeWidth(times: readonly number[]): number {
  return Math.max(0, ...times.map((atMs) => seconds(atMs).length));
}

function seconds(atMs: number): string {
  return (atMs / 1000).toFixed(1);
}

/** Events quote what programs said: a line break or an escape sequence in them must not break the picture. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}
