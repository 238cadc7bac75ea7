import { runSuite } from '@slipway/http-checks';
import { table } from '@slipway/runtime';
import { assertRunsAsked, startContainer, type Container } from './container.js';
import { showLog } from './container-log.js';
import * as errors from './errors.js';
import type { PlatformImage } from './image-source.js';
import type { ContainerEngine } from './engine.js';
import { awaitReady } from './readiness.js';
import type { TallyPart } from './tally.js';
import { readinessOf, specOf, suiteOptions, variantLabel, type Test } from './test.js';

/** PlatformResult is what was found on one platform beside the engine's own. */
export interface PlatformResult extends PlatformImage {
  readonly state: 'passed' | 'failed' | 'not-run';
  /** One sentence without its full stop. */
  readonly because: string;
}

/** How this machine's own platform is called; almost always the engine's. */
const OWN = `linux/${process.arch === 'x64' ? 'amd64' : process.arch}`;

/**
 * platformToRun returns which platform of an index has to be asked for: one that the engine runs, where its own is not
 * there. Undefined: nothing has to be asked for.
 *
 * @throws SlipwayError TEST_PLATFORM_NOT_RUN
 */
export async function platformToRun(
  engine: Pick<ContainerEngine, 'platforms'>,
  images: readonly PlatformImage[],
): Promise<string | undefined> {
  const names = images.map(({ platform }) => bareOf(platform));
  if (names.length === 0 || names.includes(OWN)) return undefined;
  const runs = await engine.platforms();
  if (names.some((name) => name === runs[0])) return undefined;
  const found = names.find((name) => runs.includes(name));
  if (found === undefined) throw errors.platformNotRun(names, runs);
  return found;
}

/**
 * testPlatforms runs the image and the suite on each further platform of an index that this engine can run, one after
 * the other; the engine's own has been tested by then.
 *
 * @throws SlipwayError TEST_PLATFORM_FAILED
 */
export async function testPlatforms(test: Test): Promise<void> {
  const { context, engine, platforms: images, platform, tally } = test;
  if (images.length < 2) return;
  const [own, ...emulated] = await engine.platforms();
  const results: PlatformResult[] = [];
  for (const image of images) {
    const name = bareOf(image.platform);
    if (name === (platform ?? own)) continue;
    const result = emulated.includes(name)
      ? await testPlatform(test, image)
      : { ...image, state: 'not-run' as const, because: `this engine runs ${[own, ...emulated].join(', ')}` };
    context.log.info(`${result.state}: ${image.platform}, ${result.because}`);
    results.push(result);
  }
  context.report('platforms', results);
  await tally.add(partOf(results));
  const failed = results.filter(({ state }) => state === 'failed');
  if (failed.length > 0) throw errors.platformFailed(failed);
}

async function testPlatform(test: Test, image: PlatformImage): Promise<PlatformResult> {
  const { context, engine, plan, setting, redactor } = test;
  const { signal, clock } = context;
  const reference = `${plan.repository}@${image.digest}`;
  await engine.pull(reference, signal, image.platform);
  const name = `${plan.name}-${image.platform.replaceAll('/', '-')}`;
  const container = await startContainer({
    ...{ engine, clock, signal, redactor, followsLog: setting.readyBy.kind === 'log' },
    spec: { ...specOf(test), name, image: reference, platform: image.platform, furtherLabel: variantLabel(plan) },
    onCreated: (id) => assertRunsAsked(engine, id, { repository: plan.repository, digest: image.digest }),
  });
  try {
    const problem = await problemOf(test, container);
    await engine.stop(container.id, setting.stopTimeoutSeconds, signal);
    if (problem === undefined) return { ...image, state: 'passed', because: 'it answers as it should' };
    await showLog(test, container.id, name);
    return { ...image, state: 'failed', because: problem };
  } finally {
    container.unwatch();
  }
}

async function problemOf(test: Test, container: Container): Promise<string | undefined> {
  const ready = await awaitReady(container, readinessOf(test));
  if (ready.state === 'ended')
    return `it ended with exit code ${(await container.state()).exitCode} before it was ready`;
  if (ready.state === 'timed-out') return `it does not get ready: ${ready.last}`;
  if (ready.state === 'no-health-check') return 'it has no health check';
  if (ready.state === 'unhealthy') return 'its health check says unhealthy';
  const { checks, failed } = await runSuite({ ...suiteOptions(test), baseUrl: container.baseUrl });
  if (failed === 0) return undefined;
  const names = checks.filter(({ passed }) => !passed).map(({ name }) => `'${name}'`);
  return `${failed} of ${checks.length} checks fail: ${names.join(', ')}`;
}

function partOf(results: readonly PlatformResult[]): TallyPart {
  const cases = results.map(({ platform, state, because }) => {
    const outcome = { passed: {}, failed: { failure: [because] }, 'not-run': { skipped: because } }[state];
    return { name: `runs on ${platform}`, ms: 0, ...outcome };
  });
  const rows = results.map(({ platform, state, because }) => [platform, state, because]);
  return {
    suites: [{ name: 'platforms', cases }],
    section: `### Platforms\n\n${table(['Platform', 'Result', 'Why'], rows)}`,
  };
}

/** Engines tell the 64-bit ARM without its only variant. */
function bareOf(platform: string): string {
  return platform === 'linux/arm64/v8' ? 'linux/arm64' : platform;
}
