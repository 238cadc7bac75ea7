import type { GetLogEventsRequest } from '@aws-sdk/client-cloudwatch-logs';
import { invalidParameter } from './errors.js';
import { isBefore, type LogEvent, type LogStream, type Place } from './log-stream.js';
import { limitOf } from './paging.js';

/** AWS's limit of one answer. */
const MOST_EVENTS = 10_000;
const BEGINNING: Place = { timestamp: 0, arrival: 0 };

/** A token is a direction and a place: everything after it, or everything before it. */
interface Token {
  readonly direction: 'f' | 'b';
  readonly place: Place;
}

/**
 * getLogEvents returns a page of a stream, oldest first: its end, unless `startFromHead` or a token says otherwise. At
 * an end, the token in that direction is the one that was given: new events come with the same call, repeated.
 */
export function getLogEvents(stream: LogStream, input: GetLogEventsRequest): object {
  const limit = limitOf(input.limit, MOST_EVENTS);
  const { startTime: start = 0, endTime: end = Infinity } = input;
  const token = input.nextToken === undefined ? undefined : parseToken(input.nextToken);
  const events = stream.events
    .filter(({ timestamp }) => timestamp >= start && timestamp < end)
    .filter(({ place }) => !token || isOnItsWay(token, place));
  const forward = token ? token.direction === 'f' : input.startFromHead === true;
  const page = forward ? events.slice(0, limit) : events.slice(-limit);
  const here = token?.place ?? BEGINNING;
  return {
    events: page.map(eventView),
    nextForwardToken: tokenText({ direction: 'f', place: page.at(-1)?.place ?? here }),
    nextBackwardToken: tokenText({ direction: 'b', place: page[0]?.place ?? here }),
  };
}

function eventView({ timestamp, message, ingestionTime }: LogEvent): object {
  return { timestamp, message, ingestionTime };
}

function isOnItsWay({ direction, place: from }: Token, place: Place): boolean {
  return direction === 'f' ? isBefore(from, place) : isBefore(place, from);
}

/** `f/` or `b/`, and 56 digits. */
function tokenText({ direction, place }: Token): string {
  return `${direction}/${String(place.timestamp).padStart(28, '0')}${String(place.arrival).padStart(28, '0')}`;
}

function parseToken(text: string): Token {
  const [, direction, timestamp, arrival] = /^([fb])\/(\d{28})(\d{28})$/.exec(text) ?? [];
  if (direction === undefined) throw invalidParameter('The specified nextToken is invalid.');
  const place = { timestamp: Number(timestamp), arrival: Number(arrival) };
  return { direction: direction === 'f' ? 'f' : 'b', place };
}
