import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeJUnit, type JUnitCase, type JUnitSuite } from '@slipway/http-checks';
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
    await this.#write();
  }

  async #write(): Promise<void> {
    await mkdir(path.dirname(this.#junit), { recursive: true, mode: 0o700 });
    await writeFile(this.#junit, writeJUnit(this.#parts.flatMap(({ suites }) => suites)), { mode: 0o600 });
    const cases = this.#parts.flatMap(({ suites }) => suites).flatMap((suite) => suite.cases);
    const failed = cases.filter(({ failure }) => failure !== undefined).length;
    const skipped = cases.filter((one) => one.skipped !== undefined).length;
    this.#context.setOutput('passed', String(cases.length - failed - skipped));
    this.#context.setOutput('failed', String(failed));
    this.#context.setOutput('junit', this.#junit);
  }

  /**
   * fail keeps the section of what ended the test otherwise than by a part. A fault of the image is counted, so that the
   * JUnit file of a test that failed is never without a failure; not where a part has counted it.
   */
  async fail(section: string, fault: Omit<JUnitCase, 'ms'> | undefined): Promise<void> {
    this.#failure = section;
    if (fault === undefined || this.#parts.some(isRed)) return;
    this.#parts.push({ suites: [{ name: 'container', cases: [{ ...fault, ms: 0 }] }], section: '' });
    await this.#write();
  }

  /** summarise writes the job's summary: what failed comes first. */
  async summarise(): Promise<void> {
    const parts = [...this.#parts.filter(isRed), ...this.#parts.filter((part) => !isRed(part))];
    const told = parts.map(({ section }) => section).filter((section) => section !== '');
    const sections = [...(this.#failure === undefined ? [] : [this.#failure]), ...told];
    if (sections.length > 0) await this.#context.summarise(sections.join('\n\n'));
  }
}

function isRed({ suites }: TallyPart): boolean {
  return suites.some(({ cases }) => cases.some(({ failure }) => failure !== undefined));
}
