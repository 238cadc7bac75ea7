import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TrafficMinutes, isCounted } from '../../src/gates/traffic-minutes.js';
import { START_MS } from '../virtual-clock.js';
import { FLEETS, GateWorld, MINUTE, pauseAt, throttled } from './world.js';

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
  world.traffic = (group, at) => ({
    requests: (group.includes('green') ? 5 : 95) + (at - START_MS) / MINUTE,
    errors: 0,
  });
});
const minutes = (slowSeconds?: number) =>
  new TrafficMinutes(world.surroundings, {
    ingestionDelaySeconds: 120,
    ...(slowSeconds === undefined ? {} : { slowSeconds }),
  });
const begins = (minute: number) => START_MS + minute * MINUTE;
const moving = (minute: number) => pauseAt({ percent: 5, trafficSince: begins(minute), shareSince: begins(minute) });

describe('TrafficMinutes', () => {
  it('gives only minutes that are complete for both, and not the one in which the share began', async () => {
    const read = minutes();
    await world.clock.advance(5.9 * MINUTE);
    await read.read(moving(0.5));
    expect(read.shared().map(({ at }) => (at - START_MS) / MINUTE)).toEqual([1, 2]);
    expect(read.shared()[0]).toEqual({
      at: begins(1),
      fresh: { requests: 6, errors: 0 },
      old: { requests: 96, errors: 0 },
    });
    expect(read.nextInMs()).toBeCloseTo(0.1 * MINUTE);
  });

  it('leaves out the minute in which a share changed, seen at any look', async () => {
    const read = minutes();
    read.note(moving(0));
    read.note({ ...moving(0), shareSince: begins(3.2) });
    await world.clock.advance(8 * MINUTE);
    await read.read({ ...moving(0), shareSince: begins(3.2) });
    expect(read.shared().map(({ at }) => (at - START_MS) / MINUTE)).toEqual([1, 2, 4, 5]);
  });

  it('reads an hour of the old fleet before the deployment, once', async () => {
    const read = minutes();
    await world.clock.advance(4 * MINUTE);
    await read.read(moving(0));
    await world.clock.advance(MINUTE);
    await read.read(moving(0));
    expect(read.before()).toHaveLength(60);
    expect(world.queries.filter(({ since }) => since === begins(-60))).toHaveLength(1);
    expect(world.queries.filter(({ since }) => since > begins(-60)).map(({ since }) => since)).toEqual([
      begins(0),
      begins(2),
    ]);
  });

  it('asks for slow answers only where a threshold is given', async () => {
    const read = minutes(0.5);
    world.traffic = () => ({ requests: 9, errors: 1, slow: 3 });
    await world.clock.advance(4 * MINUTE);
    await read.read(moving(0));
    expect(world.queries[0]).toMatchObject({ slowerThanSeconds: 0.5 });
    expect(read.shared()[0]?.fresh).toEqual({ requests: 9, errors: 1, slow: 3 });
  });

  it('loses nothing by a read that fails', async () => {
    const read = minutes();
    await world.clock.advance(6 * MINUTE);
    world.failures = [throttled()];
    await expect(read.read(moving(0))).rejects.toMatchObject({ code: 'AWS_THROTTLED' });
    await read.read(moving(0));
    expect(read.shared()).toHaveLength(3);
    expect(read.before()).toHaveLength(60);
  });

  it.each([
    ['an Application Load Balancer', FLEETS, true],
    ['a Network Load Balancer', { ...FLEETS, loadBalancerArn: 'arn:aws:x:y:z:loadbalancer/net/shop/1' }, false],
    ['no fleets', undefined, false],
  ] as const)('counts behind %s: %o', (...[, fleets, expected]) => {
    const { deploymentArn, percent } = moving(0);
    expect(isCounted({ deploymentArn, percent, ...(fleets ? { fleets } : {}) })).toBe(expected);
  });

  it('gives the same whenever and however often it reads', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 12 }), async (pauses) => {
        world = new GateWorld();
        world.traffic = (group, at) => ({ requests: group.length + (at - START_MS) / MINUTE, errors: 1 });
        const often = minutes();
        for (const seconds of pauses) {
          await world.clock.advance(seconds * 1_000);
          await often.read(moving(0.3));
        }
        await often.read(moving(0.3));
        const once = minutes();
        await once.read(moving(0.3));
        expect(often.shared()).toEqual(once.shared());
        expect(often.before()).toEqual(once.before());
      }),
      { numRuns: 50 },
    );
  });
});
