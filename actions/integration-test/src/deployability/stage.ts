import { runSuite } from '@slipway/http-checks';
import { startContainer, type Container } from '../container.js';
import { readLog, showLog } from '../container-log.js';
import type { ContainerSpec } from '../engine.js';
import { awaitReady, type ReadyResult } from '../readiness.js';
import { specOf, suiteOptions, variantLabel, type Test } from '../test.js';

/** Started is a container of the suite, and how its start ended. */
export interface Started {
  readonly container: Container;
  readonly result: ReadyResult;
}

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
  async start(change: Partial<ContainerSpec> & { readonly name: string }): Promise<Started> {
    const { engine, context, redactor, setting, suite } = this.#test;
    const { clock, signal } = context;
    const furtherLabel = variantLabel(this.#test.plan);
    const spec = { ...this.spec, ...change, furtherLabel, name: `${this.spec.name}-${change.name}` };
    const followsLog = setting.readyBy.kind === 'log';
    const container = await startContainer({ engine, spec, clock, signal, redactor, followsLog });
    this.#containers.push(container);
    return {
      container,
      result: await awaitReady(container, { by: setting.readyBy, ready: suite.ready, clock, signal }),
    };
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

  /** hasLogged tells whether a container has written to either stream. */
  async hasLogged({ id }: Container): Promise<boolean> {
    return (await readLog(this.#test, id)).length > 0;
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
