import { table, xyChart } from '@slipway/runtime';
import type { JUnitSuite } from '@slipway/http-checks';
import type { TestContext } from '../inputs.js';
import type { LoadFigures } from './figures.js';
import type { LoadVerdict } from './judge.js';
import type { LoadResult } from './phase.js';

/** A load with what its limits say of it. */
export interface JudgedLoad {
  readonly result: LoadResult;
  readonly verdicts: readonly LoadVerdict[];
  /** Whether what cannot be told fails the test. */
  readonly onInconclusive: 'warn' | 'error';
}

/** tellLoad writes what a load came to: outputs, report, a line for each limit, annotations. */
export function tellLoad(context: TestContext, { result, verdicts, onInconclusive }: JudgedLoad): void {
  const { figures, comparison, memoryMib } = result;
  context.setOutput('p95-ms', String(figures.latencyMs.p95));
  context.setOutput('error-rate', String(figures.errorPercent));
  context.report('load', {
    ...figures,
    ...(memoryMib === undefined ? {} : { memoryMib }),
    ...(comparison ? { previous: comparison.previous, p95Ratio: ratioOf(result) } : {}),
    limits: verdicts,
  });
  const { log } = context;
  log.info(sentenceOf(figures));
  for (const { title, state, because } of verdicts) {
    log.info(`${state === 'failed' ? 'FAILED' : state}  ${title}: ${because}`);
    if (state === 'failed') log.error(`${title}: ${because}`, { title: 'Load: limit broken' });
    if (state !== 'inconclusive') continue;
    const annotation = { title: 'Load: inconclusive' };
    if (onInconclusive === 'error') log.error(`${title}: ${because}`, annotation);
    else log.warning(`${title}: ${because}`, annotation);
  }
}

/** brokenIn returns the limits that fail the test. */
export function brokenIn({ verdicts, onInconclusive }: JudgedLoad): readonly LoadVerdict[] {
  const counts = (state: LoadVerdict['state']): boolean =>
    state === 'failed' || (state === 'inconclusive' && onInconclusive === 'error');
  return verdicts.filter(({ state }) => counts(state));
}

/** junitOfLoad returns one test case per limit. */
export function junitOfLoad(load: JudgedLoad): JUnitSuite {
  const broken = brokenIn(load);
  const cases = load.verdicts.map((verdict) => ({
    name: verdict.title,
    ms: load.result.figures.seconds * 1000,
    ...(broken.includes(verdict) ? { failure: [verdict.because] } : {}),
    ...(verdict.state === 'inconclusive' && !broken.includes(verdict) ? { skipped: verdict.because } : {}),
  }));
  return { name: 'load', cases };
}

const ORDER: readonly LoadVerdict['state'][] = ['failed', 'inconclusive', 'passed'];

/** summaryOfLoad renders a load for the job's summary: the broken limits first, the figures, the p95 as a picture. */
export function summaryOfLoad(load: JudgedLoad): string {
  const { result, verdicts } = load;
  const sorted = [...verdicts].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  const broken = brokenIn(load).length;
  const title = broken === 0 ? 'within its limits' : `${broken} of ${verdicts.length} limits broken`;
  const unsure = verdicts.some(({ state }) => state === 'inconclusive') ? ', not all of it conclusive' : '';
  return [
    `### Load: ${title}${unsure}`,
    table(
      ['Limit', 'Verdict', 'Why'],
      sorted.map(({ title: limit, state, because }) => [limit, state, because]),
    ),
    figuresTable(result),
    chartOf(result),
  ].join('\n\n');
}

function figuresTable({ figures, comparison, memoryMib }: LoadResult): string {
  const previous = comparison?.previous;
  const columns = previous ? ['', 'This image', 'Previous image', 'Ratio'] : ['', 'This image'];
  const row = (name: string, read: (of: LoadFigures) => number): string[] => {
    const both = previous ? [String(read(previous)), ratio(read(figures), read(previous))] : [];
    return [name, String(read(figures)), ...both];
  };
  return table(columns, [
    row('requests per second', ({ sent, seconds }) => Math.round(sent / seconds)),
    row('failed, %', ({ errorPercent }) => errorPercent),
    row('p50, ms', ({ latencyMs }) => latencyMs.p50),
    row('p95, ms', ({ latencyMs }) => latencyMs.p95),
    row('p99, ms', ({ latencyMs }) => latencyMs.p99),
    row('longest, ms', ({ latencyMs }) => latencyMs.max),
    ...(memoryMib === undefined ? [] : [['memory at most, MiB', String(memoryMib), ...(previous ? ['', ''] : [])]]),
  ]);
}

/** More points cannot be read, and a load of an hour has 3,600 of them. */
const MOST_POINTS = 60;

function chartOf({ figures, comparison }: LoadResult): string {
  const step = Math.ceil(figures.series.length / MOST_POINTS);
  const pick = ({ series }: LoadFigures): number[] => series.map(({ p95 }) => p95).filter((_, at) => at % step === 0);
  const points = pick(figures);
  return xyChart({
    title: comparison ? 'p95 by second (line: this image, bars: the previous one)' : 'p95 by second',
    x: { title: 'seconds of load', values: points.map((_, at) => at * step + 1) },
    y: { title: 'ms' },
    lines: [points],
    ...(comparison ? { bars: [pick(comparison.previous)] } : {}),
  });
}

function sentenceOf({ sent, seconds, errorPercent, latencyMs: { p50, p95, p99 } }: LoadFigures): string {
  return `Sent ${sent} requests in ${seconds} s: ${errorPercent} % failed; p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms`;
}

function ratioOf({ figures, comparison }: LoadResult): string | undefined {
  return comparison && ratio(figures.latencyMs.p95, comparison.previous.latencyMs.p95);
}

function ratio(now: number, before: number): string {
  return before === 0 ? '–' : (now / before).toFixed(2);
}
