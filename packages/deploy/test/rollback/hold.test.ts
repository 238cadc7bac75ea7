import { describe, expect, it } from '@jest/globals';
import { TAGS } from '../../src/index.js';
import { back, changes, deliver, given, lab } from './world.js';

describe('a hold', () => {
  const tags = async (): Promise<Readonly<Record<string, string | undefined>>> =>
    Object.fromEntries(((await lab.service()).tags ?? []).map(({ key = '', value }) => [key, value]));

  it('is set before anything moves, and makes deliveries refuse until a person releases it', async () => {
    await given();
    await deliver('second');
    const end = await back({ hold: 'set', holdText: 'mona - example/shop run 9: checkout fails' });
    expect(end.delivered).toEqual({ outcome: 'succeeded' });
    const refused = await deliver('third');
    expect(refused.delivered?.failure).toMatchObject({ code: 'DEPLOY_HELD' });
    expect(String(refused.delivered?.failure)).toContain('mona - example/shop run 9: checkout fails');
    expect((await back({ hold: 'release' })).delivered).toEqual({ outcome: 'succeeded' });
    expect((await tags())[TAGS.hold]).toBeUndefined();
    expect((await deliver('third')).delivered?.outcome).toBe('succeeded');
  });

  it('does not stand in the way of another rollback', async () => {
    await given();
    await deliver('second');
    await deliver('third');
    await back({ hold: 'set' });
    expect((await back()).delivered).toEqual({ outcome: 'succeeded' });
    expect(await lab.liveImages()).toEqual(['first']);
    expect((await tags())[TAGS.hold]).toBe('mona');
  });

  it('is not set by a dry run, nor when one cannot go back', async () => {
    await given();
    await back({ hold: 'set', request: { dryRun: true }, to: '1' });
    expect(changes()).toBe(0);
  });

  it('that nobody set is released without a change', async () => {
    await given();
    expect((await back({ hold: 'release' })).delivered).toEqual({ outcome: 'unchanged' });
    expect(changes()).toBe(0);
  });
});
