import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '@slipway/core';
import type { TestContext } from '../src/inputs.js';

/** A digest that looks like one. */
export const DIGEST = `sha256:${'ab'.repeat(32)}`;

/** SUITE asks for `/` and for `/health`, once each. */
export const SUITE = `version: 1
ready: { path: /health, timeout-seconds: 1 }
checks:
  - name: says hello
    request: { path: / }
    expect: { contains: hello }
  - name: is healthy
    request: { path: /health }
    expect: { status: 200 }
`;

/** Setting is everything around a run, and what the run left in it. */
export interface Setting {
  readonly context: TestContext;
  readonly temp: string;
  /** Every line of the log, each with its kind before it. */
  readonly log: string[];
  readonly outputs: Record<string, string>;
  readonly state: Record<string, string>;
  readonly summaries: string[];
  readonly facts: Record<string, unknown>;
  readonly cancel: (reason: Error) => void;
  close(): Promise<void>;
}

/** makeSetting makes a workspace with a suite in it, and a context that remembers. */
export async function makeSetting(inputs: Partial<TestContext['inputs']> = {}, suite = SUITE): Promise<Setting> {
  const temp = await mkdtemp(path.join(tmpdir(), 'slipway-test-unit-'));
  await writeFile(path.join(temp, 'checks.yml'), suite);
  const controller = new AbortController();
  const kept = {
    log: [] as string[],
    outputs: {} as Record<string, string>,
    state: {} as Record<string, string>,
    summaries: [] as string[],
    facts: {} as Record<string, unknown>,
  };
  const context: TestContext = {
    inputs: {
      'oci-layout': path.join(temp, 'layout'),
      digest: DIGEST,
      suite: path.join(temp, 'checks.yml'),
      tags: [],
      variables: {},
      port: undefined,
      ports: [],
      user: undefined,
      'container-command': undefined,
      environment: {},
      'env-files': [],
      'task-definition': undefined,
      container: undefined,
      secrets: {},
      services: undefined,
      command: undefined,
      'command-environment': {},
      'compose-file': undefined,
      'compose-seconds': 2,
      'command-minutes': 1,
      'command-on-junit-failure': 'error',
      deployability: {},
      'grace-seconds': undefined,
      'bad-configuration': {},
      'previous-image': undefined,
      'ready-by': 'http',
      'ready-log': undefined,
      'load-requests-per-second': undefined,
      'load-connections': undefined,
      'load-seconds': 1,
      'load-paths': [],
      'load-tags': [],
      'load-max-error-percent': 0,
      'load-max-p50-ms': undefined,
      'load-max-p95-ms': undefined,
      'load-max-p99-ms': undefined,
      'load-max-slower-percent': undefined,
      'load-on-inconclusive': 'warn',
      'keep-running': false,
      'check-concurrency': 1,
      'log-lines': 50,
      'stop-timeout-seconds': 3,
      ...inputs,
    },
    log: logTo(kept.log),
    github: {
      ...{ workspace: temp, temp, repository: undefined, sha: undefined, ref: undefined, eventName: undefined },
      ...{ serverUrl: 'https://github.com', apiUrl: 'http://127.0.0.1:1', runId: '7', runAttempt: '2' },
    },
    clock: new SteppingClock(),
    signal: controller.signal,
    environment: {},
    setOutput: (name, value) => void (kept.outputs[name] = value),
    mask: () => undefined,
    saveState: (name, value) => void (kept.state[name] = value),
    getState: (name) => kept.state[name] ?? '',
    summarise: (markdown) => Promise.resolve(void kept.summaries.push(markdown)),
    report: (name, value) => void (kept.facts[name] = value),
  };
  const close = () => rm(temp, { recursive: true, force: true });
  return { context, temp, ...kept, cancel: (reason) => controller.abort(reason), close };
}

function logTo(lines: string[]): TestContext['log'] {
  return {
    info: (message) => void lines.push(`info ${message}`),
    debug: (message) => void lines.push(`debug ${message}`),
    warning: (message) => void lines.push(`warning ${message}`),
    error: (message, place) => void lines.push(`error ${place?.file ?? ''}:${place?.startLine ?? ''} ${message}`),
    untrusted: (text) => void lines.push(`untrusted ${text}`),
    group: async (title, body) => {
      lines.push(`group ${title}`);
      return body();
    },
  };
}

/** Moves on when somebody sleeps, so that no test waits for a deadline. */
class SteppingClock implements Clock {
  #now = 0;
  now(): number {
    return this.#now;
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#now += ms;
    // Sockets, and others who sleep, get their turn: a loop that only ever sleeps would keep it.
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
}
