import { readdir } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { expect } from '@jest/globals';
import type { TestContext } from '../src/inputs.js';
import { run } from '../src/run.js';
import { makeSetting, SUITE, type Setting } from './setting.js';
import { SimpleEngine, type Behaviour } from './simple-engine.js';

/** hello answers every request well. */
export const hello: RequestListener = (_, response) => response.end('hello');

/** RunScene runs the action once, on an engine in memory. */
export class RunScene {
  setting!: Setting;
  engine!: SimpleEngine;
  #isServed = false;

  /** start runs it on an image that behaves so. */
  async start(behaviour: Behaviour, inputs: Partial<TestContext['inputs']> = {}, suite = SUITE) {
    this.setting = await makeSetting(inputs, suite);
    this.engine = new SimpleEngine(behaviour);
    return run(this.setting.context, {
      openEngine: () => this.engine,
      newId: () => 'x1',
      serveImage: () => {
        this.#isServed = true;
        return Promise.resolve({
          host: '127.0.0.1:5',
          platforms: [],
          close: () => Promise.resolve(void (this.#isServed = false)),
        });
      },
    });
  }

  /** expectNothingLeft sees that nothing of the run is there any more. */
  async expectNothingLeft(): Promise<void> {
    expect([...this.engine.existing]).toEqual([]);
    expect(this.#isServed).toBe(false);
    expect(this.engine.watches).toBe(0);
    expect((await readdir(this.setting.temp)).filter((name) => name.startsWith('slipway-test-'))).toEqual([]);
  }

  /** close removes the run's folders. */
  close(): Promise<void> {
    return this.setting.close();
  }
}
