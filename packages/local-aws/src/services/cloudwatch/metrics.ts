import type { WorldTime } from '../../world.js';
import { Distribution } from './distribution.js';

/** MetricId says which metric: the same name with other dimensions is another metric. */
export interface MetricId {
  readonly region: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
}

/** Dimension is a name and a value that tell metrics of one name apart. */
export interface Dimension {
  readonly name: string;
  readonly value: string;
}

/** Range is a stretch of whole minutes of the world, the last one excluded. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Publisher notes values of one metric, now. */
export interface Publisher {
  add(value: number): void;
}

/** A minute of a metric, by unit. */
type Minute = Map<string, Distribution>;

interface Series {
  readonly id: MetricId;
  readonly minutes: Map<number, Minute>;
  /** AWS's own metrics of a minute are published when the minute is over. */
  publishedWhole: boolean;
}

/** A day of the world: AWS keeps 60 s periods for 15 days, which no rehearsal lasts. */
const KEPT_MINUTES = 1_440;

/** Metrics holds the data points of all metrics, minute by minute of the world's time. */
export class Metrics {
  readonly #time: WorldTime;
  readonly #series = new Map<string, Series>();

  constructor(time: WorldTime) {
    this.#time = time;
  }

  /**
   * minuteOf returns the number of the minute of the world that a time lies in. Time stamps are real ones, and a
   * minute of the world takes as much real time as its speed says: periods follow the world, the calendar does not.
   */
  minuteOf(timestampMs: number): number {
    return Math.floor(timestampMs / this.#time.realMs(60));
  }

  /** startOf returns the time at which a minute begins. */
  startOf(minute: number): Date {
    return new Date(Math.ceil(minute * this.#time.realMs(60)));
  }

  /** currentMinute returns the number of the minute that is not over yet. */
  currentMinute(): number {
    return this.minuteOf(this.#time.now().getTime());
  }

  /** at returns where to note values of a metric at a time; what is noted is seen at once. */
  at(id: MetricId, unit: string, timestampMs: number): Distribution {
    return this.#distribution(this.#seriesOf(id), unit, this.minuteOf(timestampMs));
  }

  /** publisher returns what notes values of a metric of AWS's own: they are seen when their minute is over. */
  publisher(id: MetricId, unit: string): Publisher {
    let series: Series | undefined;
    let open: { readonly minute: number; readonly values: Distribution } | undefined;
    return {
      add: (value) => {
        const minute = this.currentMinute();
        if (open?.minute !== minute) {
          series ??= this.#seriesOf(id);
          series.publishedWhole = true;
          open = { minute, values: this.#distribution(series, unit, minute) };
        }
        open.values.add(value);
      },
    };
  }

  /** read returns all that is known of a metric in a range, by unit; empty where there is no data. */
  read(id: MetricId, range: Range): ReadonlyMap<string, Distribution> {
    const series = this.#series.get(keyOf(id));
    const merged = new Map<string, Distribution>();
    const to = series?.publishedWhole ? Math.min(range.to, this.currentMinute()) : range.to;
    for (let minute = range.from; minute < to; minute += 1) {
      for (const [unit, values] of series?.minutes.get(minute) ?? []) {
        const sum = merged.get(unit) ?? new Distribution();
        sum.merge(values);
        merged.set(unit, sum);
      }
    }
    return merged;
  }

  /** span returns the range in which there may be data of a metric; undefined when there is none at all. */
  span(id: MetricId): Range | undefined {
    const minutes = [...(this.#series.get(keyOf(id))?.minutes.keys() ?? [])];
    if (minutes.length === 0) return undefined;
    return { from: Math.min(...minutes), to: Math.max(...minutes) + 1 };
  }

  /** list returns the metrics of a region that have data. */
  list(region: string): readonly MetricId[] {
    const current = this.currentMinute();
    return [...this.#series.values()]
      .filter(({ id }) => id.region === region)
      .filter(({ publishedWhole, minutes }) => !publishedWhole || [...minutes.keys()].some((one) => one < current))
      .map(({ id }) => id);
  }

  /** size returns how much is held, for `/_local/state`. */
  size(): { readonly metrics: number; readonly minutes: number } {
    const series = [...this.#series.values()];
    return { metrics: series.length, minutes: series.reduce((sum, { minutes }) => sum + minutes.size, 0) };
  }

  #seriesOf(id: MetricId): Series {
    const key = keyOf(id);
    const series = this.#series.get(key) ?? { id, minutes: new Map<number, Minute>(), publishedWhole: false };
    this.#series.set(key, series);
    return series;
  }

  #distribution({ minutes }: Series, unit: string, minute: number): Distribution {
    const units = minutes.get(minute) ?? new Map<string, Distribution>();
    minutes.set(minute, units);
    const values = units.get(unit) ?? new Distribution();
    units.set(unit, values);
    if (minutes.size > KEPT_MINUTES) minutes.delete(Math.min(...minutes.keys()));
    return values;
  }
}

/** combined returns the values of all units as one; undefined when there is no data. */
export function combined(byUnit: ReadonlyMap<string, Distribution>): Distribution | undefined {
  const [first, ...others] = byUnit.values();
  if (!first || others.length === 0) return first;
  const all = new Distribution();
  for (const values of byUnit.values()) all.merge(values);
  return all;
}

/** sortedDimensions brings dimensions into the one order in which they name a metric. */
export function sortedDimensions(dimensions: readonly Dimension[]): Dimension[] {
  return [...dimensions].sort((one, other) => (one.name < other.name ? -1 : 1));
}

function keyOf({ region, namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([region, namespace, name, dimensions.map((one) => [one.name, one.value])]);
}
