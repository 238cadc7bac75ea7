import type { InputLogEvent, PutLogEventsRequest, RejectedLogEventsInfo } from '@aws-sdk/client-cloudwatch-logs';
import { invalidParameter, refuseGiven } from './errors.js';
import type { LogGroups } from './log-groups.js';

/** AWS's limits of one call: events, bytes, what each event counts beside its text, and the time that they span. */
const MOST_EVENTS = 10_000;
const MOST_BYTES = 1_048_576;
const EVENT_BYTES = 26;
const MOST_SPAN_SECONDS = 86_400;
/** Events may be 14 days old, and two hours ahead. */
const MOST_SECONDS_OLD = 14 * 86_400;
const MOST_SECONDS_AHEAD = 7_200;

/** putLogEvents adds the events of a call to a stream, but for those that are too old or too new. */
export function putLogEvents(groups: LogGroups, input: PutLogEventsRequest, region: string): object {
  refuseGiven(input, ['entity']);
  const stream = groups.stream({ region, name: input.logGroupName }, input.logStreamName);
  const events = input.logEvents ?? [];
  checkBatch(groups, events);
  const now = groups.nowMs();
  const earliest = now - groups.spanMs(MOST_SECONDS_OLD);
  const latest = now + groups.spanMs(MOST_SECONDS_AHEAD);
  const tooOld = events.filter((event) => timeOf(event) < earliest).length;
  const tooNew = events.findIndex((event) => timeOf(event) > latest);
  for (const event of events.slice(tooOld, tooNew < 0 ? undefined : tooNew)) {
    stream.add({ timestamp: timeOf(event), message: event.message ?? '' }, now);
  }
  const rejected: RejectedLogEventsInfo = {
    ...(tooOld > 0 ? { tooOldLogEventEndIndex: tooOld } : {}),
    ...(tooNew >= 0 ? { tooNewLogEventStartIndex: tooNew } : {}),
  };
  return Object.keys(rejected).length > 0 ? { rejectedLogEventsInfo: rejected } : {};
}

function checkBatch(groups: LogGroups, events: readonly InputLogEvent[]): void {
  if (events.length === 0 || events.length > MOST_EVENTS) {
    throw invalidParameter(`logEvents must have from 1 to ${MOST_EVENTS} members.`);
  }
  const bytes = events.reduce((sum, { message = '' }) => sum + Buffer.byteLength(message) + EVENT_BYTES, 0);
  if (bytes > MOST_BYTES) throw invalidParameter(`Upload too large: ${bytes} bytes exceeds limit of ${MOST_BYTES}`);
  if (events.some(({ message }) => message === '')) throw invalidParameter('A log event must have a message.');
  if (events.some((event, index) => index > 0 && timeOf(event) < timeOf(events[index - 1]))) {
    throw invalidParameter('Log events in a single PutLogEvents request must be in chronological order.');
  }
  if (timeOf(events.at(-1)) - timeOf(events[0]) > groups.spanMs(MOST_SPAN_SECONDS)) {
    throw invalidParameter(
      'The batch of log events in a single PutLogEvents request cannot span more than 24 hours, of this world.',
    );
  }
}

function timeOf(event: InputLogEvent | undefined): number {
  return event?.timestamp ?? 0;
}
