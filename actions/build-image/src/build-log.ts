import { lineOfStep } from './failed-line.js';

/** What a failed build says of itself. Every part but the message may be missing. */
export interface BuildFailure {
  /** BuildKit's last word, without its `ERROR: ` and `failed to solve: `. */
  readonly message: string;
  /** The step that failed: `[final 2/3] RUN npm ci`. */
  readonly step: string | undefined;
  /** The line of the Dockerfile, from 1. */
  readonly line: number | undefined;
  /** The last lines that the step printed. */
  readonly tail: readonly string[];
}

/** As much as one reads in an annotation; the whole output stands in the log above it. */
const TAIL_LINES = 20;

/** readBuildFailure reads BuildKit's plain progress of a build that failed. */
export function readBuildFailure(log: readonly string[], dockerfile: string): BuildFailure {
  const summary = readSummary(log);
  const message = readMessage(log);
  const line = readLine(log, message) ?? (summary && lineOfStep(summary.step, dockerfile));
  return { message, step: summary?.step, line, tail: (summary?.tail ?? []).slice(-TAIL_LINES) };
}

/** The block that BuildKit ends with: a ruler, ` > step:`, what the step printed last, a ruler. */
function readSummary(log: readonly string[]): { readonly step: string; readonly tail: readonly string[] } | undefined {
  const start = log.findLastIndex((line, at) => /^ > .+:$/.test(line) && log[at - 1] === '------');
  if (start < 0) return undefined;
  const length = log.slice(start + 1).indexOf('------');
  return {
    step: (log[start] ?? '').slice(' > '.length, -1),
    tail: log.slice(start + 1, length < 0 ? undefined : start + 1 + length),
  };
}

function readMessage(log: readonly string[]): string {
  const last = log.findLast((line) => line.startsWith('ERROR: ')) ?? log.findLast((line) => line.trim() !== '') ?? '';
  return (
    last
      .replace(/^ERROR: /, '')
      .replace(
        /^(?:failed to solve: )?(?:rpc error: code = \w+ desc = )?(?:failed to solve with frontend [\w.]+: )?/,
        '',
      )
      .replace(/^failed to create LLB definition: /, '')
      // Where in BuildKit's cache it looked for a file of the context is nothing that a reader could use.
      .replace(/^failed to compute cache key: (?:failed to calculate checksum of ref \S+: )?/, '')
  );
}

/** `Dockerfile:12` over an excerpt of the file, or the parser's own words for it. */
function readLine(log: readonly string[], message: string): number | undefined {
  const excerpt = log.findLastIndex((line, at) => /^[^\s:][^:]*:\d+$/.test(line) && /^-{5,}$/.test(log[at + 1] ?? ''));
  const text =
    /:(\d+)$/.exec(log[excerpt] ?? '')?.[1] ?? /^dockerfile parse error (?:on )?line (\d+)/i.exec(message)?.[1];
  return text === undefined ? undefined : Number(text);
}
