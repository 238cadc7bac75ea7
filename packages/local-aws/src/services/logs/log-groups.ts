import type { World, WorldTime } from '../../world.js';
import { alreadyExists, groupNotFound, invalidParameter, streamNotFound } from './errors.js';
import { LogStream } from './log-stream.js';

/** LogGroup is streams that are kept alike. */
export interface LogGroup {
  readonly name: string;
  readonly region: string;
  readonly arn: string;
  readonly creationTime: number;
  /** Undefined: kept for ever. */
  retentionInDays: number | undefined;
  readonly streams: Map<string, LogStream>;
}

/** A name with its region. */
export interface Located {
  readonly region: string;
  /** A name, or an ARN where AWS takes one too. */
  readonly name: string | undefined;
}

const DAY_SECONDS = 86_400;

/** LogGroups holds the log groups of all regions. */
export class LogGroups {
  readonly #world: World;
  readonly #groups = new Map<string, LogGroup>();

  constructor(world: World) {
    this.#world = world;
  }

  get time(): WorldTime {
    return this.#world.time;
  }

  nowMs(): number {
    return this.#world.time.now().getTime();
  }

  /** spanMs returns how long so many seconds of the world take by the clock that stamps events. */
  spanMs(seconds: number): number {
    return this.#world.time.realMs(seconds);
  }

  /** list returns the groups of a region, by name. */
  list(region: string): LogGroup[] {
    return [...this.#groups.values()]
      .filter((group) => group.region === region)
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  find({ region, name = '' }: Located): LogGroup | undefined {
    const group = this.#groups.get(keyOf(region, nameOf(name)));
    if (group?.retentionInDays !== undefined) {
      const oldest = this.nowMs() - this.spanMs(group.retentionInDays * DAY_SECONDS);
      for (const stream of group.streams.values()) stream.expire(oldest);
    }
    return group;
  }

  /** @throws AwsError ResourceNotFoundException */
  get(located: Located): LogGroup {
    const group = this.find(located);
    if (!group) throw groupNotFound();
    return group;
  }

  /** @throws AwsError ResourceNotFoundException */
  stream(located: Located, streamName: string | undefined): LogStream {
    const stream = this.get(located).streams.get(streamName ?? '');
    if (!stream) throw streamNotFound();
    return stream;
  }

  /** @throws AwsError InvalidParameterException, ResourceAlreadyExistsException */
  create({ region, name = '' }: Located): LogGroup {
    if (!/^[-._/#A-Za-z0-9]{1,512}$/.test(name)) throw invalidParameter(`The log group name '${name}' is not valid.`);
    if (this.#groups.has(keyOf(region, name))) throw alreadyExists('group');
    const arn = `arn:aws:logs:${region}:${this.#world.accountId}:log-group:${name}`;
    const creationTime = this.nowMs();
    const group: LogGroup = { name, region, arn, creationTime, retentionInDays: undefined, streams: new Map() };
    this.#groups.set(keyOf(region, name), group);
    return group;
  }

  /** @throws AwsError InvalidParameterException, ResourceAlreadyExistsException */
  createStream(group: LogGroup, name: string): LogStream {
    if (!/^[^:*]{1,512}$/.test(name)) throw invalidParameter(`The log stream name '${name}' is not valid.`);
    if (group.streams.has(name)) throw alreadyExists('stream');
    const stream = new LogStream({ name, arn: `${group.arn}:log-stream:${name}`, creationTime: this.nowMs() });
    group.streams.set(name, stream);
    return stream;
  }

  delete(group: LogGroup): void {
    this.#groups.delete(keyOf(group.region, group.name));
  }
}

/** Some calls take the group's ARN in place of its name. */
function nameOf(identifier: string): string {
  return identifier.replace(/^arn:aws:logs:[^:]*:[^:]*:log-group:/, '').replace(/:\*$/, '');
}

function keyOf(region: string, name: string): string {
  return `${region} ${name}`;
}
