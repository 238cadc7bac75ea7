import { beforeEach, describe, expect, it } from '@jest/globals';
import { createAlarmsGate } from '../../src/gates/alarms.js';
import { GateWorld, MINUTE, denied, pauseAt, throttled } from './world.js';

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
});
const gateOf = (names = ['a', 'b'], options = {}) => createAlarmsGate(names, world.surroundings, options);

describe('alarms at a pause', () => {
  it.each([
    ['all OK', { a: 'OK', b: 'OK' }, 'pass', 'All alarms are OK.'],
    ['one without data', { a: 'OK', b: 'INSUFFICIENT_DATA' }, 'pass', 'b INSUFFICIENT_DATA'],
    ['one in ALARM', { a: 'OK', b: 'ALARM' }, 'fail', 'b is in ALARM (too many).'],
    ['a word that nobody knows', { a: 'OK', b: 'ON_FIRE' }, 'fail', 'b is in ON_FIRE (too many).'],
    ['one that does not exist', { a: 'OK' }, 'fail', 'There is no alarm b'],
    ['none that exists', {}, 'fail', 'There is no alarm a, b'],
  ])('%s', async (...[, states, verdict, because]) => {
    world.alarms = Object.entries(states).map(([name, state]) => ({ name, state, reason: 'too many' }));
    const result = await world.judge(gateOf());
    expect(result).toMatchObject({ gate: 'alarms', position: 'after-traffic', verdict, seconds: 0 });
    expect(result.because).toContain(because);
    expect(result.evidence).toHaveLength(world.alarms.length);
  });

  it('a throttled read is repeated, and is no failure of the release', async () => {
    world.alarms = [{ name: 'a', state: 'OK' }];
    world.failures = [throttled(), throttled()];
    expect(await world.judge(gateOf(['a']))).toMatchObject({ verdict: 'pass', seconds: 20 });
  });

  it('what cannot be read until the deadline is inconclusive, and ends by it', async () => {
    world.failures = [throttled()];
    world.staysBroken = true;
    expect(await world.judge(gateOf(['a']))).toMatchObject({
      verdict: 'inconclusive',
      because: 'Too much.',
      seconds: 120,
    });
  });

  it('looks a last time at a deadline that comes between two looks', async () => {
    world.failures = [throttled(), throttled()];
    world.alarms = [{ name: 'a', state: 'ALARM' }];
    expect(await world.judge(gateOf(['a']), {}, 0.25)).toMatchObject({ verdict: 'fail', seconds: 15 });
  });

  it('what may not be read is inconclusive at once, with what to do', async () => {
    world.failures = [denied()];
    const result = await world.judge(gateOf(['a']));
    expect(result).toMatchObject({ verdict: 'inconclusive', because: 'Not allowed. Grant it.', seconds: 0 });
  });

  it('rejects with the reason of its signal', async () => {
    world.failures = [throttled()];
    world.staysBroken = true;
    const judging = gateOf(['a']).judge(pauseAt(), world.controller.signal);
    await world.clock.settle();
    const reason = new Error('cancelled');
    world.controller.abort(reason);
    await expect(judging).rejects.toBe(reason);
  });
});

describe('alarms while traffic moves', () => {
  const moving = pauseAt({ percent: 10 });

  it('are looked at three times a minute at most', async () => {
    world.alarms = [{ name: 'a', state: 'OK' }];
    const gate = gateOf(['a']);
    for (let second = 0; second < 60; second += 1) {
      await gate.watch?.(moving);
      await world.clock.advance(1_000);
    }
    expect(world.calls).toHaveLength(3);
  });

  it('tell a failure at once, with where the deployment is', async () => {
    world.alarms = [{ name: 'a', state: 'ALARM' }];
    expect(await gateOf(['a']).watch?.(moving)).toMatchObject({ verdict: 'fail', position: 'step' });
    expect(await gateOf(['a']).watch?.({ ...moving, percent: 100 })).toMatchObject({ position: 'after-traffic' });
  });

  it('that AWS does not tell are looked at again', async () => {
    world.alarms = [{ name: 'a', state: 'ALARM' }];
    world.failures = [throttled()];
    const gate = gateOf(['a']);
    expect(await gate.watch?.(moving)).toBeUndefined();
    expect(world.log.lines).toEqual(['The alarms could not be read (AWS_THROTTLED).']);
    await world.clock.advance(MINUTE);
    expect(await gate.watch?.(moving)).toMatchObject({ verdict: 'fail' });
  });
});

describe('an alarm that was in ALARM before', () => {
  it('may stay so where that is allowed, until it was seen otherwise', async () => {
    const gate = gateOf(['a', 'b'], { toleratesActive: true });
    world.alarms = [
      { name: 'a', state: 'ALARM' },
      { name: 'b', state: 'OK' },
    ];
    expect(await world.judge(gate)).toMatchObject({
      verdict: 'pass',
      because: expect.stringContaining('a ALARM, where'),
    });
    world.alarms = [
      { name: 'a', state: 'ALARM' },
      { name: 'b', state: 'ALARM' },
    ];
    expect(await world.judge(gate)).toMatchObject({ verdict: 'fail', because: 'b is in ALARM.' });
    world.alarms = [
      { name: 'a', state: 'OK' },
      { name: 'b', state: 'OK' },
    ];
    expect(await world.judge(gate)).toMatchObject({ verdict: 'pass' });
    world.alarms = [
      { name: 'a', state: 'ALARM' },
      { name: 'b', state: 'OK' },
    ];
    expect(await world.judge(gate)).toMatchObject({ verdict: 'fail', because: 'a is in ALARM.' });
  });
});
