import { closeSync, openSync, writeSync } from 'node:fs';
import { SlipwayError, messageOf } from '@slipway/core';
import type { CallRecord } from './call-record.js';

/** RecordFile is where every call is written to, one line of JSON each. */
export interface RecordFile {
  write(call: CallRecord): void;
  /** Idempotent. */
  close(): void;
}

/**
 * openRecordFile opens a file to append to, which is made when it is missing. Each line is in the file before the call
 * after it is answered, so that a killed process loses none.
 *
 * @throws SlipwayError LOCAL_AWS_OPTION when it cannot be written
 */
export function openRecordFile(path: string): RecordFile {
  let file: number | undefined = open(path);
  return {
    write: (call) => {
      if (file !== undefined) writeSync(file, `${JSON.stringify(call)}\n`);
    },
    close: () => {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

function open(path: string): number {
  try {
    return openSync(path, 'a');
  } catch (cause) {
    throw new SlipwayError({
      code: 'LOCAL_AWS_OPTION',
      message: `The calls cannot be recorded in '${path}': ${messageOf(cause)}.`,
      hint: 'Name a file in a folder that exists.',
      cause,
    });
  }
}
