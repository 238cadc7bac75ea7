import type { Path } from './json.js';

/** Something that makes a text no JSON or YAML, and its line, from 1. */
export interface TextProblem {
  readonly line: number;
  readonly message: string;
}

/** SourceText is a JSON or YAML text that knows on which line each of its members stands. */
export interface SourceText {
  /** Plain data; undefined when there are problems. */
  readonly value: unknown;
  readonly problems: readonly TextProblem[];
  /** The line, from 1, of the member at a path, or of the nearest one around it that is there. */
  readonly lineOf: (path: Path) => number;
}
