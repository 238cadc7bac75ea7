import { afterEach, describe, expect, it } from '@jest/globals';
import { restartDelay } from '../../src/services/ecs/scheduler/fleet.js';
import { thresholdOf } from '../../src/services/ecs/service-deployments/circuit-breaker.js';
import { openWorldByHand, type WorldByHand } from './world-by-hand.js';

let world: WorldByHand | undefined;

afterEach(async () => {
  await world?.localAws.close();
  world = undefined;
});

describe('restartDelay', () => {
  it.each([
    [0, 10],
    [2, 10],
    [3, 20],
    [4, 40],
    [9, 1_280],
    [10, 1_620],
    [1_000, 1_620],
  ])('after %i failed starts in a row waits %i s', (failedStarts, seconds) => {
    expect(restartDelay(failedStarts)).toBe(seconds);
  });
});

describe('thresholdOf', () => {
  it.each([
    [1, 3],
    [6, 3],
    [7, 4],
    [100, 50],
    [400, 200],
    [1_000, 200],
  ])('lets half of %i tasks fail, but 3 at least and 200 at most: %i', (desiredCount, threshold) => {
    expect(thresholdOf(undefined, desiredCount)).toBe(threshold);
  });
});

describe('a service whose tasks cannot start', () => {
  it('says so, and tries ever more seldom, but goes on trying', async () => {
    world = await openWorldByHand({
      desiredCount: 1,
      simulate: (image) => (image === 'web:2' ? { failsToStart: 'CannotPullContainerError: no' } : {}),
    });
    const on = world;
    await on.deploy('2');
    const triesWithin = async (seconds: number): Promise<number> => {
      const before = await failedTasks(on);
      await on.time.advance(seconds);
      return (await failedTasks(on)) - before;
    };
    // At 1, 11 and 21 s, then after 20, 40, 80 and 160 s more.
    expect(await triesWithin(600)).toBe(7);
    const messages = (await on.service()).events?.map(({ message }) => message);
    expect(messages).toContain('(service web) is unable to consistently start tasks successfully.');
    await on.time.advance(3_600);
    // Every 27 minutes now.
    expect(await triesWithin(2 * 27 * 60)).toBe(2);
  });
});

describe('a service whose tasks have no place', () => {
  it('says so, and goes on as soon as there is one', async () => {
    let full = true;
    const reason = 'Capacity is unavailable at this time';
    world = await openWorldByHand({
      simulate: (image) => (image === 'web:2' && full ? { cannotBePlaced: reason } : {}),
    });
    const arn = await world.deploy('2');
    await world.time.advance(60);
    const messages = (await world.service()).events?.map(({ message }) => message);
    expect(messages).toContain(`(service web) was unable to place a task. Reason: ${reason}.`);
    expect(await world.deployment(arn)).toMatchObject({ lifecycleStage: 'SCALE_UP' });
    full = false;
    await world.until(arn, 'SUCCESSFUL');
  });
});

async function failedTasks(on: WorldByHand): Promise<number> {
  const { deployments } = await on.service();
  return deployments?.find(({ status }) => status === 'PRIMARY')?.failedTasks ?? 0;
}
