import { messageOf, SlipwayError } from '@slipway/core';
import { runSuite } from '@slipway/http-checks';
import { startContainer, type Container } from '../container.js';
import { showLog } from '../container-log.js';
import type { ContainerSpec } from '../engine.js';
import { awaitReady, type ReadyResult } from '../readiness.js';
import { readinessOf, specOf, suiteOptions, variantLabel, type Test } from '../test.js';
import { failed, passed, type Verdict } from './checks.js';

/** Started is a container of the suite, and how its start ended; or why the engine could not even start it. */
export type Started = { readonly container: Container; readonly result: ReadyResult } | { readonly refused: string };

/** Variant is what is otherwise about a container than about the image as it is set. */
export type Variant = Partial<ContainerSpec> & { readonly name: string };

/** For a variant to let go of what it holds; nobody judges how it ends. */
const ENDS_WITHIN_SECONDS = 1;

/** Stage starts containers of the image, each otherwise constrained, on the network of the test. */
export class Stage {
  /** Of the image as it is set. */
  readonly spec: ContainerSpec;
  readonly #test: Test;
  readonly #containers: Container[] = [];

  constructor(test: Test) {
    this.#test = test;
    this.spec = specOf(test);
  }

  /** start starts a variant of the image and waits until it is ready, or is not going to be. */
  async start(change: Variant): Promise<Started> {
    const { engine, context, redactor, setting } = this.#test;
    const { clock, signal } = context;
    const furtherLabel = variantLabel(this.#test.plan);
    const spec = { ...this.spec, ...change, furtherLabel, name: `${this.spec.name}-${change.name}` };
    const followsLog = setting.readyBy.kind === 'log';
    try {
      const container = await startContainer({ engine, spec, clock, signal, redactor, followsLog });
      this.#containers.push(container);
      return { container, result: await awaitReady(container, readinessOf(this.#test)) };
    } catch (error) {
      // A user that may not reach the program is such a reason: it is what a check is there to find.
      if (!(error instanceof SlipwayError) || error.code !== 'TEST_IMAGE_NOT_STARTED') throw error;
      return { refused: redactor.redact(messageOf(error).split('\n')[0] ?? '') };
    }
  }

  /**
   * judge starts a variant, has it judged, and ends it at once: the next one is to have the machine, and what they
   * share, for itself.
   */
  async judge<T>(change: Variant, judge: (started: Started) => Promise<T>): Promise<T> {
    const { engine, context } = this.#test;
    const started = await this.start(change);
    const verdict = await judge(started);
    if ('container' in started && !started.container.hasEnded()) {
      await engine.stop(started.container.id, ENDS_WITHIN_SECONDS, context.signal);
    }
    return verdict;
  }

  /** checksFailing runs the check suite against a container; what fails is returned as a sentence. */
  async checksFailing({ baseUrl }: Container): Promise<string | undefined> {
    const { failed, checks } = await runSuite({ ...suiteOptions(this.#test), baseUrl });
    if (failed === 0) return undefined;
    const names = checks.filter((check) => !check.passed).map(({ name }) => `'${name}'`);
    return `${failed} of ${checks.length} checks fail (${names.slice(0, 3).join(', ')})`;
  }

  /** imageUser is the user that the image says. */
  imageUser(): Promise<string> {
    return this.#test.engine.imageUser(this.spec.image);
  }

  /** judgeLog says whether a container has written to either stream. */
  async judgeLog({ id }: Pick<Container, 'id'>): Promise<Verdict> {
    try {
      const lines = await this.#test.engine.logTail(id, 1);
      return lines.length > 0 ? passed('it has logged') : failed('nothing came on stdout and stderr');
    } catch (error) {
      return { state: 'not-run', because: `the engine does not tell its log: ${messageOf(error)}` };
    }
  }

  /** showLogs prints the logs of all containers of the suite, each in its group. */
  async showLogs(): Promise<void> {
    for (const { id, spec } of this.#containers) await showLog(this.#test, id, spec.name);
  }

  /** close ends all watching. The containers go with the test's label. */
  close(): void {
    for (const container of this.#containers) container.unwatch();
  }
}
