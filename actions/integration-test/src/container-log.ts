import { messageOf, type Redactor } from '@slipway/core';
import type { ContainerEngine } from './engine.js';
import type { TestContext } from './inputs.js';
import { cutLine } from './plan.js';

/** What it takes to read a container's log. */
export interface LogReader {
  readonly context: TestContext;
  readonly engine: ContainerEngine;
  readonly redactor: Redactor;
}

/** showLog prints the end of a container's log in a group; nothing in it can act as a workflow command. */
export async function showLog(reader: LogReader, id: string, name = 'the container'): Promise<void> {
  const { log, inputs } = reader.context;
  const lines = await readLog(reader, id);
  await log.group(`Log of ${name}, last ${inputs['log-lines']} lines`, () => {
    log.untrusted(lines.length > 0 ? lines.join('\n') : 'It logged nothing.');
  });
}

/**
 * readLog reads the end of a container's log. Never the reason why a test fails: an engine that cannot tell the log
 * must not hide what went wrong before.
 */
export async function readLog({ engine, context, redactor }: LogReader, id: string): Promise<readonly string[]> {
  try {
    const lines = await engine.logTail(id, context.inputs['log-lines']);
    return lines.map((line) => cutLine(redactor.redact(line)));
  } catch (error) {
    return [`(the log cannot be read: ${messageOf(error)})`];
  }
}
