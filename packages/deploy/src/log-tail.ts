import type { TaskDefinitionContainer } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import type { Log } from '@slipway/runtime';
import type { AwsPorts } from './ports.js';

/** What a tail is shown with. */
export interface TailSurroundings {
  readonly aws: { readonly logs: Pick<AwsPorts['logs'], 'page'> };
  readonly log: Log;
}

/** A look reads so many pages at most: whoever writes faster than we read must not keep us from looking at the task. */
const PAGES_PER_LOOK = 20;

/** LogTail shows what a container of a task writes, as far as it goes to CloudWatch Logs. */
export class LogTail {
  readonly #surroundings: TailSurroundings;
  readonly #stream: { readonly group: string; readonly stream: string; readonly region?: string } | undefined;
  #token: string | undefined;
  #told: string | undefined;

  constructor(
    surroundings: TailSurroundings,
    { arn, container }: { readonly arn: string; readonly container: TaskDefinitionContainer },
  ) {
    this.#surroundings = surroundings;
    const { logs } = container;
    const stream = logs?.streamPrefix && `${logs.streamPrefix}/${container.name}/${arn.split('/').pop() ?? ''}`;
    this.#stream =
      logs && stream ? { group: logs.group, stream, ...(logs.region ? { region: logs.region } : {}) } : undefined;
    if (!this.#stream) {
      surroundings.log.info(
        `The output of '${container.name}' does not go to CloudWatch Logs by a stream prefix; it cannot be shown.`,
      );
    }
  }

  /**
   * show prints what has come since the last time and returns how many lines that were; undefined when nothing can
   * come. What cannot be read is said once; it decides nothing.
   */
  async show(): Promise<number | undefined> {
    if (!this.#stream) return undefined;
    const { aws, log } = this.#surroundings;
    let shown = 0;
    try {
      for (let pages = 0; pages < PAGES_PER_LOOK; pages += 1) {
        const page = await aws.logs.page({ ...this.#stream, ...(this.#token ? { token: this.#token } : {}) });
        if (!page) return shown;
        for (const { message } of page.lines) log.untrusted(message);
        shown += page.lines.length;
        const isEnd = page.token === this.#token;
        this.#token = page.token;
        if (isEnd) return shown;
      }
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      if (this.#told !== error.code) log.info(`The output could not be read: ${error.message}`);
      this.#told = error.code;
    }
    return shown;
  }
}
