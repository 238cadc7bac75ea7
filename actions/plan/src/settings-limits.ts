import { MAX_TIMEOUT_MINUTES, overlong } from '@slipway/configuration';
import type { Cell } from './cells.js';

/** Of these, names of artifacts are made: what upload-artifact refuses, and what download-artifact reads as a pattern. */
const IN_NAMES = ['environment', 'service'];
const NOT_IN_NAMES = /[":<>|*?\\/\r\n[\]{}]|[+@!]\(/;

/** A label, or a text that `runs-on` reads as JSON. */
const RUNNERS = ['runner', 'deploy-runner', 'source-runner'];

/** What is wrong with a service's settings, and what would be right. */
interface Wrong {
  readonly message: string;
  readonly hint: string;
}

/** brokenLimit finds settings that the workflow's jobs cannot keep, before any of them has begun; undefined when there are none. */
export function brokenLimit(inputs: Cell): Wrong | undefined {
  const name = IN_NAMES.find((each) => NOT_IN_NAMES.test(inputs[each] ?? ''));
  if (name !== undefined) return unnameable(name, inputs[name] ?? '');
  const runner = RUNNERS.find((each) => !isRunner(inputs[each] ?? ''));
  if (runner !== undefined) return noRunner(runner, inputs[runner] ?? '');
  const numbers = Object.fromEntries(
    Object.entries(inputs).map(([each, text]) => [
      each,
      text === '' || Number.isNaN(Number(text)) ? text : Number(text),
    ]),
  );
  const timeout = numbers['timeout-minutes'];
  if (typeof timeout === 'number' && timeout > MAX_TIMEOUT_MINUTES) return tooLong(timeout);
  const message = overlong(numbers);
  return message === undefined ? undefined : { message: `With these inputs ${message}`, hint: 'Nothing was begun.' };
}

function isRunner(text: string): boolean {
  if (!text.startsWith('[')) return true;
  try {
    const labels: unknown = JSON.parse(text);
    return Array.isArray(labels) && labels.length > 0 && labels.every((label) => typeof label === 'string');
  } catch {
    return false;
  }
}

function noRunner(name: string, text: string): Wrong {
  return {
    message: `'${name}' is '${text}', which is neither a label nor a JSON list of labels`,
    hint: 'Write a label, such as ubuntu-24.04, or a list, such as ["self-hosted", "production"].',
  };
}

function unnameable(name: string, text: string): Wrong {
  return {
    message: `'${name}' is '${text}', of which no artifact's name can be made`,
    hint: 'Call it by letters, digits, blanks, dots, hyphens and underscores: the jobs hand over what they found by that name.',
  };
}

function tooLong(minutes: number): Wrong {
  return {
    message: `'timeout-minutes' is ${minutes}, and GitHub ends the job after 360: the deployment would be cut off`,
    hint: `Set it to ${MAX_TIMEOUT_MINUTES} at most.`,
  };
}
