import type { TaskDefinitionContainer } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import type { Surroundings } from './ports.js';

/** LogTail shows what a container of a task writes, as far as it goes to CloudWatch Logs. */
export class LogTail {
  readonly #surroundings: Pick<Surroundings, 'aws' | 'log'>;
  readonly #stream: { readonly group: string; readonly stream: string; readonly region?: string } | undefined;
  #token: string | undefined;

  constructor(
    surroundings: Pick<Surroundings, 'aws' | 'log'>,
    { arn, container }: { readonly arn: string; readonly container: TaskDefinitionContainer },
  ) {
    this.#surroundings = surroundings;
    const { logs } = container;
    const stream = logs?.streamPrefix && `${logs.streamPrefix}/${container.name}/${arn.split('/').pop() ?? ''}`;
    this.#stream =
      logs && stream ? { group: logs.group, stream, ...(logs.region ? { region: logs.region } : {}) } : undefined;
    if (!this.#stream)
      surroundings.log.info(
        `The output of '${container.name}' does not go to CloudWatch Logs by a stream prefix; it cannot be shown.`,
      );
  }

  /** Shows what has come since the last time. What cannot be read is said; it decides nothing. */
  async show(): Promise<void> {
    if (!this.#stream) return;
    const { aws, log } = this.#surroundings;
    try {
      for (;;) {
        const page = await aws.logs.page({ ...this.#stream, ...(this.#token ? { token: this.#token } : {}) });
        if (!page) return;
        for (const { message } of page.lines) log.untrusted(message);
        const isEnd = page.token === this.#token;
        this.#token = page.token;
        if (isEnd || page.lines.length === 0) return;
      }
    } catch (error) {
      if (!(error instanceof SlipwayError)) throw error;
      log.info(`The output could not be read (${error.code}).`);
    }
  }
}
