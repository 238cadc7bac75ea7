/** LogEvent is one line of a stream. */
export interface LogEvent {
  readonly id: string;
  readonly place: Place;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

/** Place is where an event stands in its stream: by time, and among events of one time by arrival. */
export interface Place {
  readonly timestamp: number;
  readonly arrival: number;
}

/** A stream keeps this much; what is older goes. AWS keeps all: a world that lives in memory cannot. */
const KEPT_EVENTS = 10_000;
const KEPT_CHARACTERS = 8 * 1024 * 1024;

/** LogStream is the events of one source, in the order of their time. Its size is bounded. */
export class LogStream {
  readonly name: string;
  readonly arn: string;
  readonly creationTime: number;
  readonly #events: LogEvent[] = [];
  #characters = 0;
  #arrivals = 0;

  constructor(parts: { readonly name: string; readonly arn: string; readonly creationTime: number }) {
    this.name = parts.name;
    this.arn = parts.arn;
    this.creationTime = parts.creationTime;
  }

  get events(): readonly LogEvent[] {
    return this.#events;
  }

  /** How many lines have come so far. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** arrivedAfter returns the lines that came after so many, in the order of their time. */
  arrivedAfter(arrivals: number): readonly LogEvent[] {
    return arrivals === this.#arrivals ? [] : this.#events.filter(({ place }) => place.arrival > arrivals);
  }

  /** How many bytes AWS would count, about: what is written is mostly ASCII. */
  get storedBytes(): number {
    return this.#characters;
  }

  /** add puts a line where its time belongs. */
  add(line: { readonly timestamp: number; readonly message: string }, ingestionTime: number): void {
    const place = { timestamp: line.timestamp, arrival: (this.#arrivals += 1) };
    const id = `${String(line.timestamp).padStart(14, '0')}${String(place.arrival).padStart(42, '0')}`;
    const event = { id, place, ingestionTime, ...line };
    // Nearly always the last place; a late line goes before those that are later than it.
    let index = this.#events.length;
    while (index > 0 && isBefore(place, this.#events[index - 1]?.place ?? place)) index -= 1;
    this.#events.splice(index, 0, event);
    this.#characters += line.message.length;
    while (this.#events.length > KEPT_EVENTS || this.#characters > KEPT_CHARACTERS) this.#dropOldest();
  }

  /** expire forgets what is older than a time. */
  expire(beforeMs: number): void {
    while ((this.#events[0]?.timestamp ?? Infinity) < beforeMs) this.#dropOldest();
  }

  #dropOldest(): void {
    this.#characters -= this.#events.shift()?.message.length ?? 0;
  }
}

/** isBefore tells which of two places comes first. */
export function isBefore(one: Place, other: Place): boolean {
  return one.timestamp === other.timestamp ? one.arrival < other.arrival : one.timestamp < other.timestamp;
}
