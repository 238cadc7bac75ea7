import { afterEach, describe, expect, it } from '@jest/globals';
import { cleanUpAfter, rememberLeavings } from '../src/clean-up.js';
import { planTest, type TestPlan } from '../src/plan.js';
import { DIGEST, makeSetting, type Setting } from './setting.js';
import { SimpleEngine, type Behaviour } from './simple-engine.js';

let setting: Setting;
afterEach(() => setting.close());

async function killed(behaviour: Behaviour): Promise<{ engine: SimpleEngine; plan: TestPlan }> {
  setting = await makeSetting();
  const { github } = setting.context;
  const plan = planTest({ github, id: 'x1', host: '127.0.0.1:5', digest: DIGEST });
  const engine = new SimpleEngine(behaviour);
  rememberLeavings(setting.context, { ...plan, isComposed: true });
  await engine.pull(plan.reference);
  await engine.createNetwork(plan.name, plan.label);
  await engine.createNetwork('another', 'slipway.run=7-2-y');
  const { name, label, reference: image } = plan;
  await engine.createContainer({ name, label, image, network: name, port: 1, environment: {}, constraints: {} });
  return { engine, plan };
}

describe('cleanUpAfter', () => {
  it('removes what a killed run has left, and nothing else', async () => {
    const { engine } = await killed({});
    await cleanUpAfter(setting.context, () => engine);
    expect([...engine.existing]).toEqual(['network another slipway.run=7-2-y']);
  });

  it('tells what it could not remove, after it has removed the rest', async () => {
    const { engine, plan } = await killed({ failing: ['removeContainers'] });
    await expect(cleanUpAfter(setting.context, () => engine)).rejects.toMatchObject({ code: 'TEST_CLEAN_UP_FAILED' });
    expect([...engine.existing]).not.toContain(plan.reference);
  });

  it('does nothing after a run that never began', async () => {
    setting = await makeSetting();
    const engine = new SimpleEngine();
    await cleanUpAfter(setting.context, () => engine);
    expect(engine.calls).toEqual([]);
  });
});
