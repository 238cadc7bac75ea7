import { figuresOf, type LoadFigures } from './figures.js';
import type { LoadShape, Measurement } from './generate.js';

/** Comparison is a load beside the same load on the previous image. */
export interface Comparison {
  readonly previous: LoadFigures;
  /** The p95 of each of the two measurements of each, in milliseconds. */
  readonly halves: { readonly now: readonly number[]; readonly previous: readonly number[] };
}

/** Measured is a load on an image, and on the one before where there is one. */
export interface Measured {
  readonly figures: LoadFigures;
  readonly comparison?: Comparison;
}

/** What measures one of two services. */
export type Measure = (shape: LoadShape) => Promise<Measurement>;

/**
 * measureBoth measures two services in turn, this one first and last, each twice for half the time: what a machine does
 * to whoever comes later, it does to both.
 */
export async function measureBoth(shape: LoadShape, now: Measure, previous: Measure): Promise<Measured> {
  const half = { ...shape, seconds: shape.seconds / 2 };
  const first = await now(half);
  const before = [await previous(half), await previous(half)];
  const both = [first, await now(half)];
  const p95 = (measurements: readonly Measurement[]): readonly number[] =>
    measurements.map(({ recorder }) => recorder.latency().p95);
  // Read before they are added up: both figures and halves come from the same counts.
  const halves = { now: p95(both), previous: p95(before) };
  return { figures: figuresOf(both, shape), comparison: { previous: figuresOf(before, shape), halves } };
}
