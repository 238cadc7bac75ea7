import { startContainer, type Container } from './container.js';
import { readLog, showLog } from './container-log.js';
import * as errors from './errors.js';
import { lastLinesOf } from './plan.js';
import { awaitReady, type ReadyBy } from './readiness.js';
import type { Service } from './structures.js';
import type { Test } from './test.js';
import { together } from './together.js';

/** A service does not look at paths; the time is all that counts. */
const NO_PATH = { path: '/', status: 200 } as const;

/**
 * startServices starts what the image needs, all at once, on the network of the test, and waits until all are ready.
 * They are removed with everything that bears the test's label.
 *
 * @throws SlipwayError TEST_SERVICE_NOT_READY, TEST_SERVICE_NOT_PULLED
 */
export async function startServices(test: Test): Promise<readonly Container[]> {
  const { services } = test.setting;
  if (services.length === 0) return [];
  test.context.log.info(`Starting ${services.map(({ name }) => name).join(', ')}`);
  return together(services.map((service) => startService(test, service)));
}

async function startService(test: Test, service: Service): Promise<Container> {
  const { context, engine, plan, redactor } = test;
  const { clock, signal } = context;
  const { name, image, port, environment, command, readyLog, timeoutSeconds } = service;
  await engine.pullForeign(image, signal);
  const container = await startContainer({
    ...{ engine, clock, signal, redactor, followsLog: readyLog !== undefined },
    spec: {
      ...{ name: `${plan.name}-${name}`, network: plan.name, label: plan.label, aliases: [name] },
      ...{ image, port, environment, constraints: command === undefined ? {} : { command } },
    },
  });
  const by: ReadyBy = readyLog ? { kind: 'log', pattern: readyLog } : { kind: 'tcp' };
  const result = await awaitReady(container, { by, ready: { ...NO_PATH, timeoutSeconds }, clock, signal });
  container.unwatch();
  if (result.state === 'ready') return container;
  await showLog(test, container.id, name);
  const why = result.state === 'timed-out' ? `within ${timeoutSeconds} s: ${result.last}` : `, it is ${result.state}`;
  throw errors.serviceNotReady(name, why, lastLinesOf(await readLog(test, container.id)));
}
