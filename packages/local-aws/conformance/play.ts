import type { Stage, Step } from './step.js';

/** Played is how one step went: what came back, or the code of the error. */
export type Played =
  { readonly step: Step; readonly output: object } | { readonly step: Step; readonly errorCode: string };

/** play makes the calls one after another. An answer that is an error is a result like any other. */
export async function play(steps: readonly Step[], stage: Stage): Promise<Played[]> {
  const played: Played[] = [];
  for (const each of steps) played.push(await playOne(each, stage));
  return played;
}

async function playOne(step: Step, stage: Stage): Promise<Played> {
  try {
    return { step, output: await step.send(stage) };
  } catch (error) {
    if (!isAnswer(error)) throw error;
    // What is no error of AWS's form, the SDK cannot even read.
    return { step, errorCode: error.name === 'SyntaxError' ? 'unreadable' : error.name };
  }
}

/** What AWS has answered has metadata; whatever else is thrown is a fault of the test or of the connection. */
function isAnswer(error: unknown): error is Error {
  return error instanceof Error && '$metadata' in error && error.name !== 'TimeoutError';
}
