import { parseJsonText } from './json-text.js';
import type { SourceText } from './text.js';
import { parseYamlText } from './yaml-text.js';

/** ECS takes 64 KB; comments may double it. More is something else than a task definition. */
const LONGEST_TEXT = 1024 * 1024;

/**
 * parseSource reads JSON, which may have comments and trailing commas, or YAML. A text that begins with a brace or with
 * a comment of JSON's kind is JSON.
 */
export function parseSource(text: string): SourceText {
  if (text.length > LONGEST_TEXT) return unread('it is longer than 1 MiB');
  const bare = text.replace(/^\uFEFF/, '');
  try {
    return /^\s*(?:\{|\/\/|\/\*)/.test(bare) ? parseJsonText(bare) : parseYamlText(bare);
  } catch (error) {
    if (error instanceof RangeError) return unread('it is nested too deeply');
    throw error;
  }
}

function unread(message: string): SourceText {
  return { value: undefined, problems: [{ line: 1, message }], lineOf: () => 1 };
}
