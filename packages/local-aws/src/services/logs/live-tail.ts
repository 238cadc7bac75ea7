import { randomUUID } from 'node:crypto';
import type {
  LiveTailSessionLogEvent,
  LiveTailSessionUpdate,
  StartLiveTailRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import { AwsError, EventStream, type StreamedEvent } from '../../service.js';
import { groupNotFound, invalidParameter } from './errors.js';
import { parseFilterPattern } from './filter-pattern.js';
import type { LogGroup, LogGroups } from './log-groups.js';
import type { LogStream } from './log-stream.js';

/** Who asked, and until when anybody is answered. */
export interface LiveTailCall {
  readonly region: string;
  readonly requestId: string;
  readonly closing: AbortSignal;
}

/** AWS's limits: groups of a session, results of an update, and how long a session lasts. */
const MOST_GROUPS = 10;
const MOST_RESULTS = 500;
const SESSION_SECONDS = 3 * 3_600;
/** AWS updates a session every second, also when there is nothing to tell. */
const UPDATE_SECONDS = 1;

/**
 * startLiveTail returns what groups take in from now on, second by second of the world.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html
 */
export function startLiveTail(groups: LogGroups, input: StartLiveTailRequest, call: LiveTailCall): EventStream {
  const identifiers = input.logGroupIdentifiers ?? [];
  const tailed = checked(input, identifiers).map((identifier) => find(groups, identifier, call.region));
  const tail = new Tail(tailed, wantedOf(input));
  return new EventStream('responseStream', eventsOf({ groups, tail, input, call }));
}

function checked(input: StartLiveTailRequest, identifiers: readonly string[]): readonly string[] {
  const { logStreamNames: names = [], logStreamNamePrefixes: prefixes = [] } = input;
  if (identifiers.length === 0 || identifiers.length > MOST_GROUPS) {
    throw invalidParameter(`1 to ${MOST_GROUPS} log groups can be tailed, not ${identifiers.length}.`);
  }
  if (names.length > 0 && prefixes.length > 0) {
    throw invalidParameter('logStreamNames and logStreamNamePrefixes must not be given together.');
  }
  if (names.length + prefixes.length > 0 && identifiers.length > 1) {
    throw invalidParameter('Log streams can be chosen of one log group only.');
  }
  return identifiers;
}

/** Groups are named by their ARNs here, and by nothing else. */
function find(groups: LogGroups, identifier: string, region: string): LogGroup {
  if (!identifier.startsWith('arn:')) throw invalidParameter(`'${identifier}' is not the ARN of a log group.`);
  if (identifier.endsWith('*')) throw invalidParameter(`The ARN '${identifier}' must not end with an asterisk.`);
  const group = groups.get({ region, name: identifier });
  if (group.arn !== identifier) throw groupNotFound();
  return group;
}

interface Wanted {
  readonly stream: (name: string) => boolean;
  readonly message: (text: string) => boolean;
}

function wantedOf(input: StartLiveTailRequest): Wanted {
  const { logStreamNames: names = [], logStreamNamePrefixes: prefixes = [] } = input;
  const isAny = names.length + prefixes.length === 0;
  return {
    stream: (name) => isAny || names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix)),
    message: parseFilterPattern(input.logEventFilterPattern ?? ''),
  };
}

/** Tail is what groups have taken in since it was asked the last time. */
class Tail {
  readonly #groups: readonly LogGroup[];
  readonly #wanted: Wanted;
  /** How many lines of a stream have been told; a stream that is not here yet began later than the session. */
  readonly #told = new WeakMap<LogStream, number>();

  constructor(groups: readonly LogGroup[], wanted: Wanted) {
    this.#groups = groups;
    this.#wanted = wanted;
    for (const { streams } of groups) for (const stream of streams.values()) this.#told.set(stream, stream.arrivals);
  }

  next(): LiveTailSessionUpdate {
    const found = this.#groups.flatMap((group) =>
      [...group.streams.values()].flatMap((one) => this.#newOf(group, one)),
    );
    const isTooMuch = found.length > MOST_RESULTS;
    return { sessionMetadata: { sampled: isTooMuch }, sessionResults: isTooMuch ? sampleOf(found) : found };
  }

  #newOf(group: LogGroup, stream: LogStream): LiveTailSessionLogEvent[] {
    const fresh = stream.arrivedAfter(this.#told.get(stream) ?? 0);
    this.#told.set(stream, stream.arrivals);
    if (!this.#wanted.stream(stream.name)) return [];
    return fresh
      .filter(({ message }) => this.#wanted.message(message))
      .map(({ message, timestamp, ingestionTime }) => ({
        logStreamName: stream.name,
        logGroupIdentifier: group.arn,
        message,
        timestamp,
        ingestionTime,
      }));
  }
}

/** Evenly over all of them: which ones AWS takes is not documented. */
function sampleOf<Item>(items: readonly Item[]): Item[] {
  return items.filter(
    (_, at) => Math.floor((at * MOST_RESULTS) / items.length) !== Math.floor(((at - 1) * MOST_RESULTS) / items.length),
  );
}

interface Session {
  readonly groups: LogGroups;
  readonly tail: Tail;
  readonly input: StartLiveTailRequest;
  readonly call: LiveTailCall;
}

async function* eventsOf({ groups, tail, input, call }: Session): AsyncGenerator<StreamedEvent> {
  const { time } = groups;
  yield { sessionStart: { requestId: call.requestId, sessionId: randomUUID(), ...askedFor(input) } };
  const endsAtMs = groups.nowMs() + groups.spanMs(SESSION_SECONDS);
  while (groups.nowMs() < endsAtMs) {
    // It fails only because local-aws ends: so does the stream then.
    const isOver = await time.wait(UPDATE_SECONDS, call.closing).catch(() => 'closing');
    if (isOver === 'closing') return;
    yield { sessionUpdate: tail.next() };
  }
  throw new AwsError('SessionTimeoutException', 'The Live Tail session has ended after three hours.');
}

/** What was not asked for is told as empty. */
function askedFor(input: StartLiveTailRequest): object {
  const { logGroupIdentifiers, logStreamNames = [], logStreamNamePrefixes = [], logEventFilterPattern = '' } = input;
  return { logGroupIdentifiers, logStreamNames, logStreamNamePrefixes, logEventFilterPattern };
}
