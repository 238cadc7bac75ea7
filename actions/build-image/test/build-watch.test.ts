import { describe, expect, it } from '@jest/globals';
import { watchBuild } from '../src/build-watch.js';
import { CachePatience } from '../src/cache-patience.js';
import { StepReader } from '../src/steps.js';

const MINUTE = 60_000;

/** A build, a clock that goes on when told, and one patience for all builds. */
function start(patience: CachePatience, mustBegin = false) {
  let now = 0;
  const waiting: { at: number; wake: () => void }[] = [];
  const clock = {
    now: () => now,
    sleep: (ms: number) => new Promise<void>((wake) => void waiting.push({ at: now + ms, wake })),
  };
  const steps = new StepReader().begin();
  const watch = watchBuild({ steps, clock, patience, signal: new AbortController().signal, mustBegin });
  return {
    watch,
    read: (...lines: readonly string[]) => {
      lines.forEach((line) => {
        steps.read(line);
        watch.look();
      });
    },
    pass: async (ms: number) => {
      now += ms;
      waiting.filter(({ at }) => at <= now).forEach(({ wake }) => wake());
      await Promise.resolve();
    },
  };
}

const [IMPORT, EXPORT] = ['#3 importing cache manifest from gha:1', '#9 exporting to GitHub Actions Cache'];

describe('a build that is watched', () => {
  it('gives the cache no time again that it has lost', async () => {
    const { watch, read, pass } = start(new CachePatience(2 * MINUTE));
    read(IMPORT);
    await pass(2 * MINUTE);
    read('#3 ERROR: 429 Too Many Requests', EXPORT);
    expect(watch.hung).toBeUndefined();
    await pass(5_000);
    expect(watch.hung).toBe('exporting to GitHub Actions Cache');
    expect(watch.signal.aborted).toBe(true);
  });

  it('gives a step all the time where those before it were well', async () => {
    const patience = new CachePatience(2 * MINUTE);
    const { watch, read, pass } = start(patience);
    read(IMPORT);
    await pass(MINUTE);
    read('#3 DONE 60.0s', EXPORT);
    await pass(2 * MINUTE);
    expect(watch.hung).toBeUndefined();
    read('#9 DONE 120.0s');
    await pass(MINUTE);
    expect(watch.signal.aborted).toBe(false);
    expect(patience.isOver).toBe(false);
  });

  it('gives writing all the time that it makes progress, and no more', async () => {
    const { watch, read, pass } = start(new CachePatience(2 * MINUTE));
    read(EXPORT);
    await pass(MINUTE);
    read('#9 writing layer sha256:1');
    await pass(2 * MINUTE);
    read('#9 writing layer sha256:1 120.0s done', '#10 [other] RUN something', '#9 writing layer sha256:2');
    await pass(2 * MINUTE);
    expect(watch.hung).toBeUndefined();
    read('#10 121.0 another step is no progress');
    await pass(5_000);
    expect(watch.hung).toBe('exporting to GitHub Actions Cache');
  });

  it('gives reading no more time for what it tells', async () => {
    const { watch, read, pass } = start(new CachePatience(MINUTE));
    read(IMPORT);
    await pass(MINUTE);
    read('#3 retrying in 1m');
    await pass(5_000);
    expect(watch.hung).toBe('importing cache manifest from gha:1');
  });

  it('tells the builds after it what the cache has cost', async () => {
    const patience = new CachePatience(MINUTE);
    const { read, pass } = start(patience);
    read(IMPORT);
    await pass(MINUTE);
    read('#3 ERROR: 429 Too Many Requests');
    expect(patience.isOver).toBe(true);
  });

  it.each([
    ['#0 building with "default" instance using docker driver', true],
    ['#1 [internal] load build definition from Dockerfile', false],
  ])('has to begin where it may be held: "%s"', async (line, isHung) => {
    const { watch, read, pass } = start(new CachePatience(MINUTE), true);
    read(line);
    await pass(30_000);
    expect(watch.signal.aborted).toBe(isHung);
  });
});
