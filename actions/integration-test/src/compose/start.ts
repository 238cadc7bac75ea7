import { poll } from '@slipway/core';
import { readLog, showLog } from '../container-log.js';
import type { Dependency } from '../dependency.js';
import type { ContainerState } from '../engine.js';
import { lastLinesOf, redactValues } from '../plan.js';
import type { Test } from '../test.js';
import type { ComposedContainer, ComposeFile } from './compose.js';
import * as errors from './errors.js';
import { modelOf } from './model.js';

/** Images may be large, or have to be built. */
const UP_TIMEOUT_MS = 900_000;
const INTERVAL_MS = 200;

/**
 * startComposed starts what a compose file describes, puts each container into the network of the test, under its
 * service's name, and waits until all are healthy, or run where they have no health check, or have done their work and
 * ended with 0. Everything bears the test's label.
 *
 * @throws SlipwayError TEST_COMPOSE_*, TEST_SERVICE_NOT_READY
 */
export async function startComposed(test: Test): Promise<readonly Dependency[]> {
  const { context, engine, plan, redactor, setting } = test;
  const { log, signal } = context;
  if (setting.compose === undefined) return [];
  const file: ComposeFile = {
    project: plan.name.toLowerCase(),
    file: setting.compose.file,
    shown: setting.compose.shown,
    environment: setting.environment,
  };
  const { services, values, override } = modelOf(await engine.compose.config(file, signal), plan.label);
  redactValues(redactor, values);
  log.info(`Starting ${services.join(', ')} of ${file.shown}`);
  try {
    await log.group('Output of docker compose', () =>
      engine.compose.up(file, override, {
        ...{ signal, timeoutMs: UP_TIMEOUT_MS },
        onLine: (line) => log.untrusted(redactor.redact(line)),
      }),
    );
  } catch (error) {
    if (!signal.aborted) await showComposed(test);
    throw error;
  }
  const found = await engine.compose.containers(plan.label);
  await Promise.all(found.map((one) => join(test, one)));
  await Promise.all(found.map((one) => awaitComposed(test, one, setting.compose?.seconds ?? 0)));
  // Asked anew: a container that joins a network may be published on another port than before.
  const ready = await engine.compose.containers(plan.label);
  return ready.map(({ service, name, published }) => ({
    name: service,
    container: name,
    ...(published && { published }),
  }));
}

/** showComposed prints the log of every container of the compose file. */
async function showComposed(test: Test): Promise<void> {
  for (const { id, service } of await test.engine.compose.containers(test.plan.label)) await showLog(test, id, service);
}

/** A container that has ended is in no network, and one whose network is the host's can be in no other. */
async function join({ engine, plan }: Test, { id, service, networks }: ComposedContainer): Promise<void> {
  const { running } = await engine.state(id);
  if (!running || networks.some((name) => ['host', 'none', plan.name].includes(name))) return;
  await engine.joinNetwork(id, plan.name, [service]);
}

async function awaitComposed(test: Test, { id, service }: ComposedContainer, seconds: number): Promise<void> {
  const { context, engine } = test;
  const { clock, signal } = context;
  const last: string = await poll({
    ...{ clock, signal, intervalMs: INTERVAL_MS, deadline: clock.now() + seconds * 1000 },
    look: async () => verdictOn(await engine.state(id)),
    done: (verdict) => verdict !== 'waiting',
  });
  if (last === 'ready') return;
  await showLog(test, id, service);
  const why = last === 'waiting' ? `within ${seconds} s` : `: ${last}`;
  throw errors.composedNotReady(service, why, lastLinesOf(await readLog(test, id)));
}

function verdictOn({ running, exitCode, health }: ContainerState): string {
  if (!running) return exitCode === 0 ? 'ready' : `it has ended with exit code ${exitCode}`;
  if (health === 'unhealthy') return 'its health check says unhealthy';
  return health === 'starting' ? 'waiting' : 'ready';
}
