import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeJUnit, type JUnitSuite } from '@slipway/http-checks';
import type { TestContext } from './inputs.js';

/** TallyPart is what one part of a test came to. */
export interface TallyPart {
  readonly suites: readonly JUnitSuite[];
  /** For the job's summary. */
  readonly section: string;
}

/** Tally adds up what the parts of a test came to. What is known stands in the outputs and in the JUnit file at once. */
export class Tally {
  readonly #context: TestContext;
  readonly #junit: string;
  readonly #parts: TallyPart[] = [];
  #failure: string | undefined;

  /** @param junit the path of the JUnit file */
  constructor(context: TestContext, junit: string) {
    this.#context = context;
    this.#junit = junit;
  }

  /** add counts a part, and writes all that is known. */
  async add(part: TallyPart): Promise<void> {
    this.#parts.push(part);
    await mkdir(path.dirname(this.#junit), { recursive: true, mode: 0o700 });
    await writeFile(this.#junit, writeJUnit(this.#parts.flatMap(({ suites }) => suites)), { mode: 0o600 });
    const cases = this.#parts.flatMap(({ suites }) => suites).flatMap((suite) => suite.cases);
    const failed = cases.filter(({ failure }) => failure !== undefined).length;
    const skipped = cases.filter((one) => one.skipped !== undefined).length;
    this.#context.setOutput('passed', String(cases.length - failed - skipped));
    this.#context.setOutput('failed', String(failed));
    this.#context.setOutput('junit', this.#junit);
  }

  /** fail keeps the section of what ended the test otherwise than by a part. */
  fail(section: string): void {
    this.#failure = section;
  }

  /** summarise writes the job's summary: what failed comes first. */
  async summarise(): Promise<void> {
    const isRed = ({ suites }: TallyPart): boolean =>
      suites.some(({ cases }) => cases.some(({ failure }) => failure !== undefined));
    const parts = [...this.#parts.filter(isRed), ...this.#parts.filter((part) => !isRed(part))];
    const sections = [...(this.#failure === undefined ? [] : [this.#failure]), ...parts.map(({ section }) => section)];
    if (sections.length > 0) await this.#context.summarise(sections.join('\n\n'));
  }
}
