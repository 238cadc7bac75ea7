import { afterAll, describe, expect, it } from '@jest/globals';
import {
  collectImage,
  layoutSource,
  layoutStorage,
  OciLayout,
  pushImage,
  RegistryClient,
  type CollectedImage,
} from '../src/index.js';
import { startFaultyRegistry } from './faulty-registry.js';
import { temporaryDirectories, writeIndex } from './sample-image.js';

const directories = temporaryDirectories();
afterAll(() => directories.removeAll());

const HOUR_MS = 3_600_000;
const clock = { now: () => 0, sleep: () => Promise.resolve() };

async function sample(): Promise<CollectedImage> {
  const layout = await OciLayout.create(await directories.make());
  const { digest } = await writeIndex(layout);
  return collectImage(layoutSource(layout), digest);
}

/** A push to an empty registry, of which something happens at the n-th request; and what the registry has after it. */
async function pushUntil(
  image: CollectedImage,
  atRequest: number,
  happens: 'abort' | 'hang-up' | 'lose-answer' | '503',
) {
  const target = await OciLayout.create(await directories.make());
  const cancel = new AbortController();
  let count = 0;
  const registry = await startFaultyRegistry({
    storage: layoutStorage(target),
    authorize: () => {
      count += 1;
      if (count === atRequest && happens === 'abort') cancel.abort(new Error('cancelled'));
      return true;
    },
  });
  const requests = registry.requests;
  // The n-th request alone: the pattern is asked of each, in its order.
  const nth = { test: () => requests.length === atRequest } as unknown as RegExp;
  if (happens === '503') registry.fail(nth, { kind: 'answer', status: 503 });
  else if (happens !== 'abort') registry.fail(nth, { kind: happens });
  const client = (signal?: AbortSignal) =>
    new RegistryClient({
      ...{ host: registry.host, repository: 'shop/web', clock, deadline: HOUR_MS },
      ...(signal ? { signal } : {}),
    });
  const error = await pushImage(client(cancel.signal), { image, tag: 'v1' }).catch((failed: unknown) => failed);
  const tagged = (await target.tags()).get('v1');
  // Whole whenever the tag is there: walk demands every manifest and every blob.
  if (tagged !== undefined) await target.walk(tagged);
  const again = async () => {
    await pushImage(client(), { image, tag: 'v1' });
    return (await target.tags()).get('v1');
  };
  const end = { error, tagged, again: await again(), requests: requests.length };
  await registry.close();
  return end;
}

describe('a push that is disturbed at every one of its requests', () => {
  it('cancelled leaves no half image under the tag, and the next push completes it', async () => {
    const image = await sample();
    const { digest } = image.image;
    const { requests } = await pushUntil(image, 0, 'abort');
    let cancelled = 0;
    for (let at = 1; at <= requests / 2; at += 1) {
      const end = await pushUntil(image, at, 'abort');
      expect([at, end.again]).toEqual([at, digest]);
      expect([undefined, digest]).toContain(end.tagged);
      if (end.error === undefined) continue;
      cancelled += 1;
      expect([at, end.error]).toEqual([at, expect.objectContaining({ code: 'OCI_REGISTRY_ABORTED' })]);
    }
    // Only a cancellation beside the last answer may come too late.
    expect(cancelled).toBeGreaterThanOrEqual(Math.floor(requests / 2) - 10);
  }, 60_000);

  it.each(['hang-up', 'lose-answer', '503'] as const)(
    'by %s ends well all the same',
    async (happens) => {
      const image = await sample();
      const { requests } = await pushUntil(image, 0, happens);
      for (let at = 1; at <= requests / 2; at += 1) {
        const end = await pushUntil(image, at, happens);
        expect([at, end.error, end.tagged]).toEqual([at, undefined, image.image.digest]);
      }
    },
    60_000,
  );
});
