import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { StoredManifest } from '@slipway/aws';
import { planTag } from '../src/plan.js';
import { readBack } from '../src/read-back.js';

const text = '{"schemaVersion":2}';
const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
const other = `sha256:${'0'.repeat(64)}`;
const expected = { repository: 'shop/web', tag: '1', digest };

/** A registry that answers one after the other, the last for ever, and a clock that its reader moves. */
function read(...answers: (StoredManifest | undefined)[]) {
  let now = 0;
  const clock = { now: () => now, sleep: (ms: number) => Promise.resolve(void (now += ms)) };
  let looks = 0;
  const manifest = () => Promise.resolve(answers[Math.min(looks++, answers.length - 1)]);
  const found = readBack({ manifest }, expected, { clock, signal: new AbortController().signal });
  return found.then((value) => ({ value, looks, now }));
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
