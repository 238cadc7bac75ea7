import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { StoredManifest } from '@slipway/aws';
import type { CollectedImage } from '@slipway/oci';
import { planTag } from '../src/plan.js';
import { readBack, readBackAll } from '../src/read-back.js';

const text = '{"schemaVersion":2}';
const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
const other = `sha256:${'0'.repeat(64)}`;
const expected = { tag: '1', digest };

/** A registry that answers one after the other, the last for ever, and a clock that its reader moves. */
function registry(answers: readonly (StoredManifest | undefined)[]) {
  const state = { now: 0, looks: 0 };
  const clock = { now: () => state.now, sleep: (ms: number) => Promise.resolve(void (state.now += ms)) };
  const manifest = () => Promise.resolve(answers[Math.min(state.looks++, answers.length - 1)]);
  const time = { clock, signal: new AbortController().signal };
  return { state, from: { ecr: { manifest }, repository: 'shop/web', time } };
}

function read(...answers: (StoredManifest | undefined)[]) {
  const { state, from } = registry(answers);
  return readBack(from, expected).then((value) => ({ value, ...state }));
}

describe('readBack', () => {
  it('gives the digest that the bytes have', async () => {
    expect(await read({ digest, text })).toEqual({ value: digest, looks: 1, now: 0 });
  });

  it('waits for a tag that is not to be seen yet', async () => {
    expect(await read(undefined, { digest: other, text }, { digest, text })).toMatchObject({ value: digest, looks: 3 });
  });

  it.each([
    ['nothing', undefined],
    ['another image', { digest: other, text }],
    ['other bytes than it says', { digest, text: `${text} ` }],
  ])('refuses %s', async (_name, answer) => {
    await expect(read(answer)).rejects.toMatchObject({ code: 'PUSH_NOT_VERIFIED' });
  });
});

describe('readBackAll', () => {
  /** An index whose one platform is `digest`. */
  const image = {
    ...{ image: { digest: other }, manifests: [{ digest }, { digest: other }], referrers: [] },
  } as unknown as CollectedImage;

  it('waits for what an index lists, too', async () => {
    const { state, from } = registry([undefined, undefined, { digest, text }]);
    await readBackAll(from, image);
    expect(state).toEqual({ looks: 3, now: 2000 });
  });

  it('says of a platform that never shows that it was pushed', async () => {
    const { state, from } = registry([undefined]);
    await expect(readBackAll(from, image)).rejects.toMatchObject({
      code: 'PUSH_NOT_VERIFIED',
      message: `${digest} was pushed, and reading it back gives nothing.`,
    });
    expect(state.now).toBe(15_000);
  });
});

describe('planTag', () => {
  it.each([
    [undefined, false, 'push'],
    [undefined, true, 'push'],
    [digest, false, 'unchanged'],
    [digest, true, 'unchanged'],
    [other, false, 'taken'],
    [other, true, 'move'],
  ])('with the tag at %s', (current, mayMove, kind) => {
    expect(planTag(current, digest, mayMove)).toMatchObject({ kind });
  });
});
