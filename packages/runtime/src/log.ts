import * as core from '@actions/core';
import type { Redactor } from '@slipway/core';

/** Log is the one way to the job's log. Every line passes the redactor. */
export interface Log {
  info(message: string): void;
  /** Shown only when step debugging is on. */
  debug(message: string): void;
  /** An annotation: only for what a person should act on. */
  warning(message: string, place?: AnnotationPlace): void;
  error(message: string, place?: AnnotationPlace): void;
  /** Text from elsewhere (a container, a build): shown as it is, never read as a workflow command. */
  untrusted(text: string): void;
  /** A folded group of lines. */
  group<T>(title: string, body: () => Promise<T> | T): Promise<T>;
}

export interface AnnotationPlace {
  /** Relative to the repository. */
  readonly file?: string;
  /** 1 is the first line. */
  readonly startLine?: number;
  readonly title?: string;
}

/** createLog returns a log that writes as the runner wants it. */
export function createLog(redactor: Redactor): Log {
  const clean = (text: string): string => redactor.redact(text);
  return {
    info: (message) => core.info(clean(message)),
    debug: (message) => core.debug(clean(message)),
    warning: (message, place) => core.warning(clean(message), { ...place }),
    error: (message, place) => core.error(clean(message), { ...place }),
    untrusted: (text) => core.info(neutralise(clean(text))),
    group: (title, body) => core.group(clean(title), async () => body()),
  };
}

/**
 * neutralise makes a foreign text harmless: the runner reads `::command::` at the start of a line, after white
 * space too, and the older `##[command]` anywhere in it (actions/runner, ActionCommand.TryParse and TryParseV2).
 */
export function neutralise(text: string): string {
  return text
    .replace(/[\r\n]+$/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => `| ${line.replaceAll('##[', '## [')}`)
    .join('\n');
}
