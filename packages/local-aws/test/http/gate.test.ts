import { describe, expect, it } from '@jest/globals';
import { createGate } from '../../src/http/gate.js';

describe('a gate', () => {
  it('is empty only when everybody inside has left, and lets nobody in meanwhile', async () => {
    const gate = createGate();
    const [first, second] = [gate.enter('ecs'), gate.enter('ecr')];
    let isEmpty = false;
    const shut = gate.shut().then(() => (isEmpty = true));
    expect(() => gate.enter('ecs')).toThrow(expect.objectContaining({ code: 'ServiceUnavailable', status: 503 }));
    first();
    first();
    await Promise.resolve();
    expect(isEmpty).toBe(false);
    second();
    await shut;
    expect(isEmpty).toBe(true);
  });

  it('is shut at once when nobody is inside', async () => {
    await expect(createGate().shut()).resolves.toBeUndefined();
  });

  it('lets tasks that are being stopped write their state', async () => {
    const gate = createGate();
    await gate.shut();
    expect(() => gate.enter('dynamodb')).not.toThrow();
  });
});
