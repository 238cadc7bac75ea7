import { startComposed } from './compose/start.js';
import { showLog } from './container-log.js';
import type { Dependency } from './dependency.js';
import { startServices } from './services.js';
import type { Test } from './test.js';

/**
 * startDependencies starts what the image needs, on the network of the test, and waits until all of it is ready.
 *
 * @throws SlipwayError TEST_SERVICE_NOT_READY, TEST_FOREIGN_NOT_PULLED, TEST_COMPOSE_*
 */
export async function startDependencies(test: Test): Promise<readonly Dependency[]> {
  const composed = await startComposed(test);
  const services = await startServices(test);
  const own = services.map(({ spec, baseUrl }) => {
    const { hostname, port } = new URL(baseUrl);
    return { name: spec.aliases?.[0] ?? '', container: spec.name, published: { host: hostname, port: Number(port) } };
  });
  return [...composed, ...own];
}

/** showDependencies prints their logs: why the image fails may stand there. */
export async function showDependencies(test: Test, dependencies: readonly Dependency[]): Promise<void> {
  for (const { container, name } of dependencies) await showLog(test, container, name);
}
