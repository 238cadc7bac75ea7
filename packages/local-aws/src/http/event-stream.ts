import { EventStreamCodec } from '@smithy/core/event-streams';
import type { ResponseCheck } from '../schemas/response-check.js';
import type { AwsService, EventStream, StreamedEvent } from '../service.js';
import { asAwsError } from './answer.js';
import { writeJsonError, writeJsonOutput } from './json-protocol.js';

/** The encoding's media type. */
export const EVENT_STREAM = 'application/vnd.amazon.eventstream';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString('utf8'),
  (text) => Buffer.from(text, 'utf8'),
);

/** Whose events they are. */
export interface Streaming {
  readonly service: AwsService;
  readonly operation: string;
  readonly check: ResponseCheck | undefined;
}

/**
 * encodeEvents writes events in AWS's binary encoding, a message each. Of the JSON protocols, the first message is the
 * output without its stream; an error that the events end with is a message too, and the last one.
 *
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export async function* encodeEvents(stream: EventStream, streaming: Streaming): AsyncGenerator<Uint8Array> {
  const { service, operation, check } = streaming;
  yield message({ type: 'event', name: 'initial-response', body: '{}' });
  try {
    for await (const event of stream.events) {
      await check?.output(service, operation, { [stream.member]: event });
      yield encoded(event);
    }
  } catch (thrown) {
    const error = asAwsError(thrown);
    yield message({ type: 'exception', name: error.code, body: writeJsonError(error) });
  }
}

/** A union's one member names the event. */
function encoded(event: StreamedEvent): Uint8Array {
  const [[name, body] = ['', {}]] = Object.entries(event);
  return message({ type: 'event', name, body: writeJsonOutput(body) });
}

interface Message {
  readonly type: 'event' | 'exception';
  readonly name: string;
  readonly body: string;
}

function message({ type, name, body }: Message): Uint8Array {
  const text = (value: string) => ({ type: 'string', value }) as const;
  const headers = {
    ':message-type': text(type),
    [`:${type}-type`]: text(name),
    ':content-type': text('application/json'),
  };
  return codec.encode({ headers, body: Buffer.from(body, 'utf8') });
}
