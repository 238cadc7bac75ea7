import { startContainer, type Container } from '../container.js';
import { failed, passed, type Verdict } from '../deployability/checks.js';
import { awaitReady } from '../readiness.js';
import { specOf, variantLabel, type Test } from '../test.js';
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
  engine.followMemory(container.id, (mib) => void samples.push(mib), watch.signal).catch(() => undefined);
  const previous = await startPrevious(test, options.previousImage);
  try {
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

/** One that does not get ready is no fault of the image under test: the comparison then is inconclusive. */
async function startPrevious(test: Test, image: string | undefined): Promise<Container | undefined> {
  if (image === undefined) return undefined;
  const { context, engine, redactor, setting, suite } = test;
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
  const { state } = await awaitReady(container, { by: setting.readyBy, ready: suite.ready, clock, signal });
  if (state === 'ready') return container;
  container.unwatch();
  log.warning(`The previous image is not measured: it is ${state} before it was ready.`);
  return undefined;
}

/** memoryUnderLoad says what a load tells of the image's memory. */
export function memoryUnderLoad(
  { memoryMib }: Pick<LoadResult, 'memoryMib'>,
  { limitMib, oomKilled }: { readonly limitMib: number | undefined; readonly oomKilled: boolean },
): Verdict | undefined {
  const of = limitMib === undefined ? '' : ` of ${limitMib}`;
  if (oomKilled) return failed('the kernel killed it under the load that was asked for, for its memory');
  return memoryMib === undefined ? undefined : passed(`it used ${memoryMib}${of} MiB at most under the load`);
}
