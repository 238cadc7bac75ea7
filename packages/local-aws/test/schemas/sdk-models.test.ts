import { describe, expect, it } from '@jest/globals';
import { startLocalAws } from '../../src/index.js';
import { loadModel } from '../../src/schemas/sdk-models.js';

describe('the SDK’s models', () => {
  it('have every operation of every service here', async () => {
    const localAws = await startLocalAws({ tasks: 'simulated' });
    const unknown: string[] = [];
    for (const { id, operations } of localAws.services) {
      const model = await loadModel(id);
      for (const name of Object.keys(operations)) if (!model.output(name)) unknown.push(`${id}:${name}`);
    }
    await localAws.close();
    expect(unknown).toEqual([]);
  });
});
