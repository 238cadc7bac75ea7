/** What planning 200 services in three environments takes: the built action as a runner starts it, and its decision alone. */
import { performance } from 'node:perf_hooks';
import { readConfiguration } from '@slipway/configuration';
import { changedServices } from '../src/changed.js';
import { matricesOf, textsOf } from '../src/matrices.js';
import { manyServices } from '../test/samples.js';
import { openScene, servicesIn } from '../test/scene.js';

const SERVICES = 200;
const ROUNDS = 5;
const text = manyServices(SERVICES);
const files = Array.from({ length: SERVICES }, (_, at) => `services/service-${at}/src/server.ts`);

function decide(): void {
  const configuration = readConfiguration(text, 'slipway.yml');
  const changed = changedServices(configuration, files, 'slipway.yml');
  textsOf(matricesOf(configuration, changed, configuration.branches['main'] ?? []));
}

async function fastest(measured: () => Promise<unknown> | void): Promise<string> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAt = performance.now();
    await measured();
    times.push(performance.now() - startedAt);
  }
  return `${Math.min(...times).toFixed(0)} ms (fastest of ${ROUNDS}; slowest ${Math.max(...times).toFixed(0)} ms)`;
}

const scene = await openScene(text);
try {
  scene.changed(files);
  const { outputs } = await scene.plan();
  const calls = scene.asked().length;
  console.log(
    `${SERVICES} services, 3 environments, all changed: ${servicesIn(outputs['stage-3']).length} cells in each stage`,
  );
  console.log(`calls of GitHub's API: ${calls}`);
  console.log(
    `characters of all matrices: ${['images', 'pushes', 'stage-1', 'stage-2', 'stage-3'].map((name) => outputs[name]?.length ?? 0).reduce((a, b) => a + b)}`,
  );
  console.log(`the built action, its start included: ${await fastest(() => scene.plan())}`);
  console.log(`reading and deciding alone:           ${await fastest(decide)}`);
} finally {
  await scene.close();
}
