import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createStage, forward, newGroup, newListener, register, send, type Stage } from './stage.js';

let stage: Stage;
beforeEach(() => {
  // Half a second of real time.
  stage = createStage({}, { propagationSeconds: 5 });
});
afterEach(() => stage.close());

async function blueAndGreen() {
  const [blue, green] = [await newGroup(stage), await newGroup(stage)];
  const listener = await newListener(stage, forward([blue, 100], [green, 0]));
  await register(stage, blue, await stage.target((_request, response) => response.end('blue')));
  await register(stage, green, await stage.target((_request, response) => response.end('green')));
  return { blue, green, listener };
}

it('shows new weights at once; requests follow later, and changes arrive in their order', async () => {
  const { blue, green, listener } = await blueAndGreen();
  const to = async (action: object) =>
    void (await stage.call('ModifyListener', { ListenerArn: listener.arn, DefaultActions: [action] }));
  const changedMs = performance.now();
  await to(forward([blue, 50], [green, 50]));
  await to(forward([blue, 0], [green, 100]));
  expect(stage.elb.loadBalancing.forwardWeights(listener.defaultRuleArn)).toEqual([
    { targetGroupArn: blue, weight: 0 },
    { targetGroupArn: green, weight: 100 },
  ]);
  expect((await send(listener.url)).body).toBe('blue');
  let body = 'blue';
  while (body === 'blue') ({ body } = await send(listener.url));
  // A timer may be early by a millisecond.
  expect(performance.now() - changedMs).toBeGreaterThan(498);
  for (let n = 0; n < 10; n += 1) expect((await send(listener.url)).body).toBe('green');
});

it('goes on checking the targets of a group that requests still go to', async () => {
  const { green, listener } = await blueAndGreen();
  await stage.call('ModifyListener', { ListenerArn: listener.arn, DefaultActions: [forward([green, 1])] });
  expect(await send(listener.url)).toMatchObject({ status: 200, body: 'blue' });
});

it('leaves nothing on its way when everything ends', async () => {
  const { green, listener } = await blueAndGreen();
  await stage.call('ModifyListener', { ListenerArn: listener.arn, DefaultActions: [forward([green, 1])] });
  await stage.close();
  await expect(send(listener.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
