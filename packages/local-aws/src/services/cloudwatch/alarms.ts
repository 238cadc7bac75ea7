import type { WorldTime } from '../../world.js';
import { reasonOf, type DatedValue } from './alarm-reason.js';
import type { AlarmSettings } from './alarm-settings.js';
import { evaluate, EXTRA_PERIODS, type AlarmState } from './evaluate.js';
import type { Metrics } from './metrics.js';
import { evaluateQueries } from './queries.js';

/** Alarm is a metric alarm. */
export interface Alarm {
  readonly arn: string;
  readonly region: string;
  settings: AlarmSettings;
  state: AlarmState;
  reason: string;
  /** JSON. */
  reasonData: string | undefined;
  configuredAt: Date;
  changedAt: Date;
  /** Newest last. */
  readonly history: HistoryItem[];
}

/** HistoryItem is one line of an alarm's history. */
export interface HistoryItem {
  readonly at: Date;
  readonly type: 'ConfigurationUpdate' | 'StateUpdate';
  readonly summary: string;
  /** JSON. */
  readonly data: string;
}

/** StateChange is a state that an alarm goes to, and why. */
export interface StateChange {
  readonly state: AlarmState;
  readonly reason: string;
  readonly reasonData: string | undefined;
}

/** AWS keeps 30 days of it; this is more than a rehearsal makes. */
const KEPT_HISTORY = 100;

/** Alarms holds the metric alarms of all regions, evaluates them, and tells of every change of a state. */
export class Alarms {
  readonly #metrics: Metrics;
  readonly #time: WorldTime;
  readonly #alarms = new Map<string, Alarm>();
  readonly #listeners = new Set<(alarm: Alarm) => void>();

  constructor(metrics: Metrics, time: WorldTime) {
    this.#metrics = metrics;
    this.#time = time;
  }

  find(region: string, name: string): Alarm | undefined {
    return this.#alarms.get(keyOf(region, name));
  }

  /** list returns the alarms of a region, by name. */
  list(region: string): Alarm[] {
    return [...this.#alarms.values()]
      .filter((alarm) => alarm.region === region)
      .sort((one, other) => (one.settings.name < other.settings.name ? -1 : 1));
  }

  /** put makes an alarm, or gives one other settings; its state stays until the next evaluation. */
  put({ region, accountId }: { region: string; accountId: string }, settings: AlarmSettings): void {
    const now = this.#time.now();
    const existing = this.find(region, settings.name);
    const alarm = existing ?? {
      arn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${settings.name}`,
      region,
      settings,
      state: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      reasonData: undefined,
      configuredAt: now,
      changedAt: now,
      history: [],
    };
    alarm.settings = settings;
    alarm.configuredAt = now;
    const summary = `Alarm "${settings.name}" ${existing ? 'updated' : 'created'}`;
    remember(alarm, { at: now, type: 'ConfigurationUpdate', summary, data: JSON.stringify(settings.shown) });
    this.#alarms.set(keyOf(region, settings.name), alarm);
  }

  /** delete removes an alarm; one that does not exist is no error, as on AWS. */
  delete(region: string, name: string): void {
    this.#alarms.delete(keyOf(region, name));
  }

  /** change puts an alarm into a state, and tells of it if it is another one. */
  change(alarm: Alarm, { state, reason, reasonData }: StateChange): void {
    const previous = alarm.state;
    if (state === previous) return;
    Object.assign(alarm, { state, reason, reasonData, changedAt: this.#time.now() });
    remember(alarm, {
      at: alarm.changedAt,
      type: 'StateUpdate',
      summary: `Alarm updated from ${previous} to ${state}`,
      data: JSON.stringify({
        version: '1.0',
        oldState: { stateValue: previous },
        newState: { stateValue: state, stateReason: reason },
      }),
    });
    for (const listener of [...this.#listeners]) listener(alarm);
  }

  /** onChange calls back after every change of a state, until the function that it returns is called. */
  onChange(listener: (alarm: Alarm) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** evaluateAll judges every alarm by the minutes of the world that are over. */
  evaluateAll(): void {
    for (const alarm of this.#alarms.values()) this.#evaluate(alarm);
  }

  #evaluate(alarm: Alarm): void {
    const { settings } = alarm;
    const periods = this.#periodsOf(settings);
    const values = periods.map(({ value }) => value);
    const { threshold, comparison } = settings;
    const verdict = evaluate(values, { ...settings, breaches: (value) => comparison.breaches(value, threshold) });
    if (verdict.state === 'retain' || verdict.state === alarm.state) return;
    const withData = periods.flatMap(({ at, value }): DatedValue[] => (value === undefined ? [] : [{ at, value }]));
    const data = withData.slice(-settings.evaluationPeriods).reverse();
    this.change(alarm, {
      state: verdict.state,
      reason: reasonOf(settings, { state: verdict.state, verdict, data }),
      reasonData: JSON.stringify({
        version: '1.0',
        queryDate: this.#time.now().toISOString(),
        period: settings.periodMinutes * 60,
        recentDatapoints: data.map(({ value }) => value),
        threshold,
      }),
    });
  }

  /** The evaluation range, oldest first; its last period ends with the last minute that is over. */
  #periodsOf({ queries, periodMinutes, evaluationPeriods }: AlarmSettings) {
    const to = this.#metrics.currentMinute();
    const count = evaluationPeriods + EXTRA_PERIODS;
    const from = to - count * periodMinutes;
    const watched = queries.find(({ returned }) => returned)?.id ?? '';
    const values = evaluateQueries(this.#metrics, queries, { from, to }).get(watched);
    return Array.from({ length: count }, (_, index) => {
      const at = this.#metrics.startOf(from + index * periodMinutes);
      return { at, value: values?.get(at.getTime()) };
    });
  }
}

function remember(alarm: Alarm, item: HistoryItem): void {
  alarm.history.push(item);
  if (alarm.history.length > KEPT_HISTORY) alarm.history.shift();
}

function keyOf(region: string, name: string): string {
  return `${region} ${name}`;
}
