import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, type Redactor } from '@slipway/core';
import type { JUnitCase, JUnitSuite } from '@slipway/http-checks';
import { readJUnit } from './read.js';

/** Some tens of thousands of tests; all of them together, because all are in memory until the job's summary. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Collected is what a test program has left in its folder. */
export interface Collected {
  /** Whole paths, also of files that were left out. */
  readonly files: readonly string[];
  readonly suites: readonly JUnitSuite[];
  /** One sentence for each file that was left out; names it. */
  readonly problems: readonly string[];
}

/** collectJUnit reads every `.xml` file in a folder and the folders in it. Links are not followed. */
export async function collectJUnit(folder: string, redactor: Redactor): Promise<Collected> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.xml'));
  const files = found.map((entry) => path.join(entry.parentPath, entry.name)).sort();
  const suites: JUnitSuite[] = [];
  const problems: string[] = [];
  let left = MAX_BYTES;
  for (const file of files) {
    const name = path.relative(folder, file);
    try {
      const { size } = await stat(file);
      if (size > left) throw new Error(`JUnit files may have ${MAX_BYTES / 1024 ** 2} MiB together`);
      left -= size;
      suites.push(...readJUnit(await readFile(file, 'utf8'), name).map((suite) => redact(suite, redactor)));
    } catch (error) {
      // Nested too deeply, it ends the stack, which is an error as any other.
      problems.push(`The JUnit file '${name}' is left out: ${messageOf(error).split('\n')[0]}.`);
    }
  }
  return { files, suites, problems };
}

/** Test programs print what they are given. */
function redact({ name, cases }: JUnitSuite, redactor: Redactor): JUnitSuite {
  const hide = (text: string): string => redactor.redact(text);
  return {
    name: hide(name),
    cases: cases.map(({ className, failure, skipped, ...one }): JUnitCase => ({
      ...{ ...one, name: hide(one.name) },
      ...(className === undefined ? {} : { className: hide(className) }),
      ...(failure ? { failure: failure.map(hide) } : {}),
      ...(skipped === undefined ? {} : { skipped: hide(skipped) }),
    })),
  };
}
