import { setTimeout as delay } from 'node:timers/promises';
import type { AwsError } from '../service.js';
import { denied, failed, throttled, type DeniedCall } from './fault-errors.js';
import type { FaultEffect } from './fault.js';

/** Answer is a whole answer of a call. */
export interface Answer {
  readonly status: number;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** What comes after the head in place of the body, piece by piece. */
  readonly stream?: AsyncIterable<Uint8Array>;
}

/** Reply is what reaches the caller: an answer, the end of the connection, or its reset. */
export type Reply =
  { readonly kind: 'answer'; readonly answer: Answer } | { readonly kind: 'closed' } | { readonly kind: 'reset' };

/** PlayedCall is a call that a fault may be played on. */
export interface PlayedCall extends DeniedCall {
  /** Does what was asked for. */
  answer(): Promise<Answer>;
  /** Writes an error in the form of the service. */
  error(error: AwsError): Answer;
  /** What the call answered before; undefined when it did not. */
  olderAnswer(agoMs: number | undefined): Answer | undefined;
  /** Aborted when local-aws ends: nothing is to happen any more. */
  readonly closing: AbortSignal;
}

/** play answers a call with a fault, or without one. */
export async function play(effect: FaultEffect | undefined, call: PlayedCall): Promise<Reply> {
  switch (effect?.kind) {
    case undefined:
      return whole(await call.answer());
    case 'throttle':
      return whole(call.error(throttled(call.service, effect.code)));
    case 'access-denied':
      return whole(call.error(denied(call)));
    case 'error-before':
      return whole(call.error(failed(call.service, effect)));
    case 'error-after':
      await call.answer();
      return whole(call.error(failed(call.service, effect)));
    case 'lost-reply':
      await call.answer();
      return { kind: 'closed' };
    case 'reset':
      return { kind: 'reset' };
    case 'delay': {
      const isOver = await delay(effect.delayMs, true, { signal: call.closing }).catch(() => false);
      return isOver ? whole(await call.answer()) : { kind: 'closed' };
    }
    case 'stale-read':
      return whole(call.olderAnswer(effect.agoMs) ?? (await call.answer()));
    case 'malformed':
      return whole(cutInTheMiddle(await call.answer()));
  }
}

function whole(answer: Answer): Reply {
  return { kind: 'answer', answer };
}

function cutInTheMiddle(answer: Answer): Answer {
  if (answer.stream) return { ...answer, stream: halfOfTheFirst(answer.stream) };
  return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
}

async function* halfOfTheFirst(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of stream) {
    yield piece.subarray(0, piece.length / 2);
    return;
  }
}
