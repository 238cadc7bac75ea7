import { describe, expect, it } from '@jest/globals';
import { SlipwayError } from '@slipway/core';
import { Channel } from '../../src/announce/channel.js';
import { endTold, stageTold } from '../../src/announce/states.js';
import { MemoryLog } from '../gates/world.js';

const failing = (code: string, retryable: boolean) => (): Promise<void> =>
  Promise.reject(new SlipwayError({ code, message: 'No.', hint: 'Look.', retryable }));

describe('a channel', () => {
  it('tells the first and the newest, and leaves out what became old meanwhile', async () => {
    const channel = new Channel(new MemoryLog(), 'Nobody sees it.');
    const told: string[] = [];
    for (const text of ['first', 'second', 'third']) channel.tell(async () => void told.push(text));
    await channel.idle();
    expect([told, channel.isSettled]).toEqual([['first', 'third'], true]);
  });

  it('warns once of an outage, and is settled when a later one was told', async () => {
    const log = new MemoryLog();
    const channel = new Channel(log, 'Nobody sees it.');
    for (let at = 0; at < 2; at += 1) {
      channel.tell(failing('GITHUB_API_UNAVAILABLE', true));
      await channel.idle();
      expect(channel.isSettled).toBe(false);
    }
    expect(log.lines.filter((line) => line.includes('GITHUB_API_UNAVAILABLE'))).toHaveLength(1);
    channel.tell(() => Promise.resolve());
    await channel.idle();
    expect(channel.isSettled).toBe(true);
  });

  it('asks nothing any more once it was denied', async () => {
    const channel = new Channel(new MemoryLog(), 'Nobody sees it.');
    channel.tell(failing('GITHUB_API_DENIED', false));
    await channel.idle();
    let asked = 0;
    channel.tell(async () => void (asked += 1));
    await channel.idle();
    expect([asked, channel.isSettled]).toEqual([0, true]);
  });
});

describe('a channel that has told all', () => {
  it.each([1, 2, 3, 4, 5])('tells what comes %d moments later', async (moments) => {
    const channel = new Channel(new MemoryLog(), 'Nobody sees it.');
    const told: string[] = [];
    let end = (): void => undefined;
    channel.tell(() => new Promise<void>((resolve) => (end = resolve)));
    end();
    for (let at = 0; at < moments; at += 1) await Promise.resolve();
    channel.tell(async () => void told.push('late'));
    await channel.idle();
    expect([told, channel.isSettled]).toEqual([['late'], true]);
  });

  it('says what went wrong, also of a fault of ours', async () => {
    const log = new MemoryLog();
    const channel = new Channel(log, 'Nobody sees it.');
    channel.tell(() => Promise.reject(new TypeError('x is undefined')));
    await channel.idle();
    expect([log.lines.filter((line) => line.includes('x is undefined')).length, channel.isSettled]).toEqual([1, false]);
  });
});

describe('what GitHub is told', () => {
  it.each([
    ['succeeded', 'success', 'success'],
    ['unchanged', 'success', 'success'],
    ['in-progress', 'success', 'success'],
    ['superseded', 'inactive', 'error'],
    ['rolled-back', 'failure', 'failure'],
    ['refused', 'failure', 'failure'],
    ['cancelled', 'error', 'error'],
    ['unknown', 'error', 'error'],
  ] as const)('of %s', (outcome, deployment, commit) => {
    expect(endTold(outcome, 'CODE')).toMatchObject({ deployment, commit });
  });

  it('of a plan is nothing, and of a long stage what GitHub takes', () => {
    expect(endTold('planned')).toBeUndefined();
    expect(stageTold('x'.repeat(200)).description).toHaveLength(140);
  });
});
