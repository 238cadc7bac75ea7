import { describe, expect, it } from '@jest/globals';
import { digestOf, imageOf } from '@slipway/rehearsal';
import { back, candidates, changes, deliver, given, lab, registryOf } from './world.js';

describe('what one goes back to', () => {
  const three = async (): Promise<void> => {
    await given();
    await deliver('second');
    await deliver('third');
  };

  it.each([
    ['a number', '1'],
    ['family:revision', 'hello-service:1'],
    ['an ARN', 'arn:aws:ecs:eu-central-1:123456789012:task-definition/hello-service:1'],
    ['a digest', digestOf('first')],
    ['a tag', 'v1.0.0'],
  ])('is named by %s', async (_title, to) => {
    await three();
    const tagged = { [`registry.example/first:v1.0.0`]: { kind: 'present', digest: digestOf('first') } } as const;
    const end = await back({ to, images: registryOf(tagged) });
    expect(end.delivered).toEqual({ outcome: 'succeeded' });
    expect(await lab.liveImages()).toEqual(['first']);
  });

  it('is listed with its commit, the last one first, in output, report and summary', async () => {
    await three();
    const found = { kind: 'present', digest: digestOf('second'), commit: '0123456789abcdef' } as const;
    const end = await back({ request: { dryRun: true }, images: registryOf({ [imageOf('second')]: found }) });
    expect(end.delivered).toEqual({ outcome: 'planned' });
    expect(candidates(end)).toEqual([
      expect.objectContaining({ 'task-definition': 'hello-service:2', commit: '0123456789abcdef', usable: true }),
      expect.objectContaining({ 'task-definition': 'hello-service:1', commit: '', usable: true }),
    ]);
    expect(end.report['candidates']).toEqual(candidates(end));
    expect(end.summary).toMatch(/Runs now: hello-service:3[^]*hello-service:2 \|.*UTC \| 0123456789ab \|/);
    expect(end.lines.join('\n')).toContain('Would deploy hello-service:2. Nothing was changed.');
  });

  it('may be unknown to the history, and that is said', async () => {
    await given();
    const newer = await lab.register('second');
    const end = await back({ to: newer });
    expect(end.delivered).toEqual({ outcome: 'succeeded' });
    expect(end.warnings.join()).toContain(`no successful deployment of ${newer}`);
  });

  it('is refused when the task definition is INACTIVE', async () => {
    await three();
    await lab.call('ecs', 'DeregisterTaskDefinition', { taskDefinition: 'hello-service:2' });
    const before = changes();
    const end = await back();
    expect(end.error).toMatchObject({ code: 'DEPLOY_ROLLBACK_UNUSABLE' });
    expect(String((end.error as { hint?: string }).hint)).toContain('hello-service:1');
    expect(candidates(end)[0]).toMatchObject({ usable: false, because: 'the task definition is INACTIVE' });
    expect(changes()).toBe(before);
  });

  it('is refused when its image does not exist any more', async () => {
    await three();
    const before = changes();
    const end = await back({ images: registryOf({ [imageOf('second')]: { kind: 'gone' } }) });
    expect(end.error).toMatchObject({ code: 'DEPLOY_ROLLBACK_UNUSABLE' });
    expect(String(end.error)).toContain("the image of 'hello' does not exist any more");
    expect(changes()).toBe(before);
  });

  it('is deployed when the registry cannot be asked, and that is said', async () => {
    await three();
    const end = await back({
      images: { look: () => Promise.resolve({ kind: 'unknown', because: 'it is in another registry' }) },
    });
    expect(end.delivered).toEqual({ outcome: 'succeeded' });
    expect(end.lines.join('\n')).toContain('Not checked: hello-service:2, hello: it is in another registry');
  });

  it.each([
    ['a tag that nothing has', 'v9'],
    ['a digest that never ran here', digestOf('elsewhere')],
  ])('is refused when it is %s', async (_title, to) => {
    await three();
    const end = await back({ to });
    expect(end.error).toMatchObject({ code: 'DEPLOY_ROLLBACK_NO_CANDIDATE' });
  });

  it('is refused in the usual words when there is no such revision', async () => {
    await three();
    const end = await back({ to: 'hello-service:77' });
    expect(end.error ?? end.delivered?.failure).toMatchObject({ code: 'DEPLOY_TASK_DEFINITION_NOT_FOUND' });
  });
});
