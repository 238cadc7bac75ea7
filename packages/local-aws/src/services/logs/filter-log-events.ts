import type { FilterLogEventsRequest } from '@aws-sdk/client-cloudwatch-logs';
import { invalidParameter, refuseGiven, streamNotFound } from './errors.js';
import { parseFilterPattern } from './filter-pattern.js';
import { identifierOf } from './identifier.js';
import type { LogGroup, LogGroups } from './log-groups.js';
import { isBefore, type LogStream } from './log-stream.js';
import { pageOf } from './paging.js';

/** AWS's limit of one answer. */
const MOST_EVENTS = 10_000;

/** filterLogEvents returns the events of some or all streams of a group that match a pattern, oldest first. */
export function filterLogEvents(groups: LogGroups, input: FilterLogEventsRequest, region: string): object {
  refuseGiven(input, ['unmask']);
  const isWanted = parseFilterPattern(input.filterPattern ?? '');
  const { startTime: start = 0, endTime: end = Infinity } = input;
  const events = streamsOf(groups.get({ region, name: identifierOf(input) }), input)
    .flatMap((stream) => stream.events.map((event) => ({ stream, ...event })))
    .filter(({ timestamp, message }) => timestamp >= start && timestamp <= end && isWanted(message))
    .sort((one, other) => (isBefore(one.place, other.place) ? -1 : 1));
  const { items, nextToken } = pageOf(events, input, MOST_EVENTS);
  return {
    events: items.map(({ stream, timestamp, message, ingestionTime, id }) => ({
      logStreamName: stream.name,
      timestamp,
      message,
      ingestionTime,
      eventId: id,
    })),
    searchedLogStreams: [],
    nextToken,
  };
}

function streamsOf({ streams }: LogGroup, input: FilterLogEventsRequest): LogStream[] {
  const { logStreamNames: names, logStreamNamePrefix: prefix } = input;
  if (names && prefix !== undefined) {
    throw invalidParameter('logStreamNames and logStreamNamePrefix must not be given together.');
  }
  if (!names) return [...streams.values()].filter(({ name }) => prefix === undefined || name.startsWith(prefix));
  return names.map((name) => {
    const stream = streams.get(name);
    if (!stream) throw streamNotFound();
    return stream;
  });
}
