import { table } from '@slipway/runtime';
import type { BuiltImage } from './image.js';
import type { Source } from './plan.js';

/** summaryOf renders what was built for the job's summary. */
export function summaryOf(image: BuiltImage, source: Source): string {
  const facts = [
    ['Version', source.version],
    ['Commit', source.revision ?? 'unknown'],
    ['Digest', image.digest],
    ['Size', size(image.sizeBytes)],
    ['Layers', String(image.layers.length)],
  ];
  const layers = image.layers.map((layer, at) => [String(at + 1), layer.digest, size(layer.size)]);
  return [
    '### Image built',
    table(['', ''], facts),
    ...(layers.length === 0
      ? []
      : ['<details><summary>Layers</summary>', table(['#', 'Digest', 'Compressed'], layers), '</details>']),
  ].join('\n\n');
}

function size(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
