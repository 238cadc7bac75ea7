import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { abortAfter } from '../src/abort-after.js';

/** A time after which it is not going to abort any more, far above the one that was asked for. */
const NEVER_MS = 10_000;

function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

/** What the signal of somebody's work aborts with, whatever memory is given back meanwhile. */
async function reasonOf(signalOf: () => AbortSignal): Promise<unknown> {
  const collect = collector();
  let collecting: NodeJS.Timeout | undefined;
  let never: NodeJS.Timeout | undefined;
  try {
    return await new Promise<unknown>((resolve) => {
      const signal = signalOf();
      signal.addEventListener('abort', () => resolve(signal.reason));
      collecting = setInterval(collect, 10);
      never = setTimeout(() => resolve('never'), NEVER_MS);
    });
  } finally {
    clearInterval(collecting);
    clearTimeout(never);
  }
}

describe('abortAfter', () => {
  it('aborts as AbortSignal.timeout does', async () => {
    expect(await reasonOf(() => abortAfter(20))).toMatchObject({ name: 'TimeoutError' });
  });

  it('aborts together with another signal, also when memory is collected meanwhile', async () => {
    const never = new AbortController();
    const reason = await reasonOf(() => AbortSignal.any([never.signal, abortAfter(200)]));
    expect(reason).toMatchObject({ name: 'TimeoutError' });
  });
});
