import { startContainer, type Container } from '../container.js';
import { showLog } from '../container-log.js';
import { failed, passed, type Verdict } from '../deployability/checks.js';
import { awaitReady } from '../readiness.js';
import { readinessOf, specOf, variantLabel, type Test } from '../test.js';
import { measureBoth, type Measure, type Measured } from './compare.js';
import { figuresOf } from './figures.js';
import { generateLoad } from './generate.js';
import type { LoadOptions } from './settings.js';

/** LoadResult is a load as it went, with the memory that the container used at most, in MiB. */
export interface LoadResult extends Measured {
  readonly memoryMib?: number;
}

/**
 * putLoad puts the load on a container that is ready, and on one of the previous image where there is one. A container
 * that ends meanwhile ends the load.
 *
 * @throws SlipwayError TEST_FOREIGN_NOT_PULLED, TEST_IMAGE_NOT_STARTED; the signal's reason
 */
export async function putLoad(test: Test, container: Container, options: LoadOptions): Promise<LoadResult> {
  const { engine } = test;
  const samples: number[] = [];
  const watch = new AbortController();
  let previous: Container | undefined;
  engine.followMemory(container.id, (mib) => void samples.push(mib), watch.signal).catch(() => undefined);
  try {
    previous = await startPrevious(test, options.previousImage);
    const now = measureOf(test, container, options);
    const measured = previous
      ? await measureBoth(options.shape, now, measureOf(test, previous, options))
      : { figures: figuresOf([await now(options.shape)], options.shape) };
    return { ...measured, ...(samples.length === 0 ? {} : { memoryMib: Math.round(Math.max(...samples)) }) };
  } finally {
    watch.abort();
    previous?.unwatch();
  }
}

function measureOf({ context }: Test, container: Container, { requests }: LoadOptions): Measure {
  const hasEnded = (): boolean => container.hasEnded();
  const target = { baseUrl: container.baseUrl, requests, hasEnded, signal: context.signal };
  return (shape) => generateLoad(shape, target);
}

const NOT_READY = {
  ended: 'it ended before it was ready',
  unhealthy: 'its health check says unhealthy',
  'no-health-check': 'it has no health check',
  'timed-out': 'it did not get ready in the time of the suite',
};

/** One that does not get ready is no fault of the image under test: the comparison then is inconclusive. */
async function startPrevious(test: Test, image: string | undefined): Promise<Container | undefined> {
  if (image === undefined) return undefined;
  const { context, engine, redactor, setting } = test;
  const { clock, signal, log } = context;
  await engine.pullForeign(image, signal);
  const spec = {
    ...specOf(test),
    name: `${test.plan.name}-load-previous`,
    image,
    furtherLabel: variantLabel(test.plan),
  };
  const followsLog = setting.readyBy.kind === 'log';
  const container = await startContainer({ engine, spec, clock, signal, redactor, followsLog });
  const { state } = await awaitReady(container, readinessOf(test));
  if (state === 'ready') return container;
  container.unwatch();
  await showLog(test, container.id, 'the previous image');
  log.warning(`The previous image is not measured: ${NOT_READY[state]}.`);
  return undefined;
}

/** memoryUnderLoad says what a load tells of the image's memory. */
export function memoryUnderLoad(
  { memoryMib }: Pick<LoadResult, 'memoryMib'>,
  { limitMib, oomKilled }: { readonly limitMib: number | undefined; readonly oomKilled: boolean },
): Verdict | undefined {
  if (oomKilled) return failed('the kernel killed it under the load that was asked for, for its memory');
  // Without a limit there is nothing to stay within.
  if (memoryMib === undefined || limitMib === undefined) return undefined;
  return passed(`it used ${memoryMib} of ${limitMib} MiB at most under the load`);
}
