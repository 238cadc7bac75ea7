import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig } from '../src/config.ts';
import { FAULTS, type Fault } from '../src/faults.ts';
import { run } from './harness.ts';

/** As a load balancer sends what a user asks. */
const FROM_USERS = { headers: { 'x-forwarded-for': '203.0.113.7' } };
const fault = (kind: Fault['kind']): Fault => ({ kind, afterMs: 0 });

describe('a fault', () => {
  for (const kind of FAULTS) {
    it(`does not show when the container itself is asked: ${kind}`, async (t) => {
      const { url, ready } = await run(t, { fault: fault(kind) });
      await ready;
      for (let count = 0; count < 25; count += 1) assert.equal((await fetch(url)).status, 200);
      assert.equal((await fetch(`${url}/health`)).status, 200);
    });
  }

  it('of kind errors fails one request of twenty, and counts it', async (t) => {
    const { url } = await run(t, { fault: fault('errors') });
    const statuses: number[] = [];
    for (let count = 0; count < 40; count += 1) statuses.push((await fetch(url, FROM_USERS)).status);
    assert.equal(statuses.filter((status) => status === 500).length, 2);
    assert.equal(((await (await fetch(url)).json()) as { calls: number }).calls, 41);
  });

  it('of kind slow takes three times as long', async (t) => {
    const { url } = await run(t, { fault: fault('slow') });
    const startedMs = performance.now();
    await fetch(`${url}/slow?ms=50`, FROM_USERS);
    assert.ok(performance.now() - startedMs >= 140);
  });

  it('of kind never-healthy is sick in the eyes of a load balancer', async (t) => {
    const { url, ready } = await run(t, { fault: fault('never-healthy') });
    await ready;
    const asked = await fetch(`${url}/health`, { headers: { 'user-agent': 'ELB-HealthChecker/2.0' } });
    assert.equal(asked.status, 503);
  });

  it('is read from the environment', () => {
    assert.deepEqual(readConfig({ FAULT: 'crash', FAULT_AFTER_MS: '5' }).fault, { kind: 'crash', afterMs: 5 });
    assert.throws(() => readConfig({ FAULT: 'error' }), /FAULT must be one of errors, slow/);
    assert.throws(() => readConfig({ FAULT_AFTER_MS: '1m' }), /FAULT_AFTER_MS must be a whole number/);
  });
});
