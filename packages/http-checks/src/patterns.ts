import { runInNewContext } from 'node:vm';
import type { Pattern } from './suite.js';

/** Long enough for any sensible check; short enough to be read. */
const MAX_REGEX_CHARS = 500;
/** No honest expression needs as long over 1 MiB; one that goes back and forth over its input takes years. */
const MATCH_TIMEOUT_MS = 1_000;
/** `/source/` or `/source/i`. */
const DELIMITED = /^\/(.+)\/(i?)$/s;

/** toPattern reads an expected text: `/…/` and `/…/i` are regular expressions, all else is the text itself. */
export function toPattern(text: string): Pattern {
  return DELIMITED.test(text) ? { regex: toRegex(text) } : { exact: text };
}

/** toRegex reads a regular expression, with or without its slashes. */
export function toRegex(text: string): RegExp {
  const delimited = DELIMITED.exec(text);
  return new RegExp(delimited?.[1] ?? text, `${delimited?.[2] ?? ''}u`);
}

/** regexProblem tells what is wrong with a regular expression, or undefined. */
export function regexProblem(text: string): string | undefined {
  if (text.length > MAX_REGEX_CHARS) return `a regular expression may have ${MAX_REGEX_CHARS} characters`;
  try {
    toRegex(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** patternProblem tells what is wrong with an expected text, or undefined. */
export function patternProblem(text: string): string | undefined {
  return DELIMITED.test(text) ? regexProblem(text) : undefined;
}

/** How a regular expression ended on a text. */
export type MatchResult = 'found' | 'not-found' | 'too-slow';

/** matchRegex looks for a regular expression in a text of any origin, and gives up in good time. */
export function matchRegex(regex: RegExp, text: string): MatchResult {
  try {
    // Only a script's own time limit can end an expression that backtracks: V8 looks for it while it matches.
    const found: unknown = runInNewContext('regex.test(text)', { regex, text }, { timeout: MATCH_TIMEOUT_MS });
    return found === true ? 'found' : 'not-found';
  } catch {
    return 'too-slow';
  }
}

/** firstGroup returns what the first group of an expression finds, or all of it without a group; undefined when nothing. */
export function firstGroup(regex: RegExp, text: string): string | undefined {
  try {
    const found = runInNewContext('regex.exec(text)', { regex, text }, { timeout: MATCH_TIMEOUT_MS }) as
      readonly (string | undefined)[] | null;
    return found?.[1] ?? found?.[0];
  } catch {
    return undefined;
  }
}
