import { chartLabel, mermaid, table } from '@slipway/runtime';
import type { BuiltImage } from './image.js';
import type { FoundImage } from './skip/find-image.js';
import type { Source } from './source.js';
import type { BuildStep } from './steps.js';

/** How the image came to be here. */
export interface Making {
  readonly steps: readonly BuildStep[];
  /** Where it comes from when it was not built. */
  readonly takenFrom: FoundImage | undefined;
}

/** summaryOf renders what was built for the job's summary. */
export function summaryOf(image: BuiltImage, source: Source, { steps, takenFrom }: Making): string {
  const own = steps.filter(({ name }) => name.startsWith('[') && !name.startsWith('[internal]'));
  const cached = own.filter(({ end }) => end === 'cached').length;
  const facts = [
    ['Version', source.version],
    ['Commit', source.revision ?? 'unknown'],
    ['Digest', image.digest],
    ['Platforms', image.platforms.join(', ')],
    ['Size', size(image.sizeBytes)],
    ['Layers', String(image.layers.length)],
    takenFrom
      ? ['Built before', `from ${takenFrom.revision ?? 'an unknown commit'}; taken by the tag ${takenFrom.tag}`]
      : ['Steps from the cache', `${cached} of ${own.length}`],
  ];
  const layers = image.layers.map((layer, at) => [String(at + 1), layer.digest, size(layer.size)]);
  return [
    takenFrom ? '### Image taken from the registry: nothing changed that it is built from' : '### Image built',
    table(['', ''], facts),
    ...chartOf(own),
    ...folded(
      'Steps',
      ['Step', 'How it went'],
      own.map(({ name, ...step }) => [name, wayOf(step)]),
    ),
    ...folded('Layers', ['#', 'Digest', 'Compressed'], layers),
  ].join('\n\n');
}

/** A table that opens at a click; nothing where it would have no row. */
function folded(title: string, head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [`<details><summary>${title}</summary>`, table(head, rows), '</details>'];
}

/** Which steps the cache spared, and what the others took. */
function wayOf({ end, seconds }: Pick<BuildStep, 'end' | 'seconds'>): string {
  switch (end) {
    case 'cached':
      return 'from the cache';
    case 'done':
      return `${seconds.toFixed(1)} s`;
    case 'failed':
      return 'failed';
    case 'unknown':
      return 'given up'; // The build went on without it, as when it was begun again without a cache.
  }
}

/** Steps that take less are not where the time is. */
const LEAST_SECONDS = 0.1;
/** Mermaid's charts get unreadable beyond. */
const MOST_BARS = 20;

/** Where the time went, stage by stage, as a picture. */
function chartOf(steps: readonly BuildStep[]): readonly string[] {
  const slow = steps
    .filter(({ seconds }) => seconds >= LEAST_SECONDS)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, MOST_BARS);
  if (slow.length === 0) return [];
  const lines = slow.map(({ name, seconds }) => `  ${chartLabel(name)} :0, ${Math.round(seconds * 1000)}`);
  const head = ['gantt', '  title Seconds per step', '  dateFormat x', '  axisFormat %M:%S'];
  return [mermaid([...head, ...lines])];
}

function size(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
