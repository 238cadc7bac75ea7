import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SERVICE, digestOf, openScene, type Scene } from '@slipway/rehearsal';
import type { ActionEnd, ActionStart } from '@slipway/testkit';

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
}, 60_000);
afterAll(() => scene.close());

const where = { cluster: 'staging', service: SERVICE, 'poll-interval-seconds': '10' };
const run = (
  action: string,
  inputs: Readonly<Record<string, string>> = {},
  start?: Partial<ActionStart>,
): Promise<ActionEnd> => scene.run(action, { ...where, ...inputs }, start);

const deliver = async (behaviour: string, { inputs = {}, ...start }: Partial<ActionStart> = {}): Promise<ActionEnd> =>
  run(
    'bluegreen-deploy',
    { 'task-definition': await scene.register(behaviour), 'prove-drained': 'off', ...inputs },
    start,
  );

/** A delivery that bakes for so long ends by nothing but being stopped, however slow the machine is. */
const ENDLESS = { 'bake-minutes': '1440', 'timeout-minutes': '2880' };

async function liveDigest(): Promise<string> {
  const answer = (await (await fetch(scene.environment.url)).json()) as { image: string };
  return answer.image.split('@')[1] ?? '';
}

const changes = (): number =>
  scene.localAws.calls().filter(({ operation }) => /^(?:Update|Tag|Untag|Stop|Continue)/.test(operation)).length;

describe('the built action', () => {
  it('goes back, holds deliveries, and says what there was to go back to', async () => {
    expect((await deliver('second')).outputs['outcome']).toBe('succeeded');
    const end = await run(
      'rollback',
      { hold: 'set', 'hold-reason': 'checkout fails' },
      { environment: { ...scene.aws.environment, GITHUB_ACTOR: 'mona' } },
    );
    expect({ errors: end.errors, exitCode: end.exitCode }).toEqual({ errors: [], exitCode: 0 });
    expect(end.outputs).toMatchObject({
      outcome: 'succeeded',
      'task-definition': expect.stringMatching(/\/hello-service:1$/),
      'previous-task-definition': expect.stringMatching(/\/hello-service:2$/),
      'running-digests': digestOf('first'),
    });
    expect(JSON.parse(end.outputs['candidates'] ?? '')).toEqual([
      expect.objectContaining({ 'task-definition': 'hello-service:1', usable: true }),
    ]);
    expect(end.summary).toMatch(/Runs now: hello-service:2[^]*✅ hello-service: succeeded/);
    expect(await liveDigest()).toBe(digestOf('first'));
  }, 90_000);

  it('leaves deliveries refused, by name, until the hold is released', async () => {
    const refused = await deliver('third');
    expect(refused.outputs['outcome']).toBe('refused');
    expect(refused.errors[0]).toMatch(/^DEPLOY_HELD: .*mona - .*: checkout fails/);
    const released = await run('rollback', { hold: 'release' });
    expect({ outcome: released.outputs['outcome'], exitCode: released.exitCode }).toEqual({
      outcome: 'succeeded',
      exitCode: 0,
    });
    expect((await deliver('fourth')).outputs['outcome']).toBe('succeeded');
  }, 90_000);

  it('stops a delivery in flight, whose step ends red and names who did it', async () => {
    let tell = (): void => undefined;
    const isShifted = new Promise<void>((resolve) => (tell = resolve));
    const delivery = deliver('fifth', {
      inputs: ENDLESS,
      onLine: (line) => /production traffic 100 %/.test(line) && tell(),
    });
    await isShifted;
    const end = await run('rollback', {}, { environment: { ...scene.aws.environment, GITHUB_RUN_ID: '9' } });
    expect({ errors: end.errors, outcome: end.outputs['outcome'] }).toEqual({ errors: [], outcome: 'succeeded' });
    const stopped = await delivery;
    expect(stopped.outputs['outcome']).toBe('stopped');
    expect(stopped.errors[0]).toMatch(/^DEPLOY_STOPPED: .*run 9\.1/);
    expect(await liveDigest()).toBe(digestOf('fourth'));
  }, 90_000);

  it('changes nothing in a dry run, nor when there is nothing of that name', async () => {
    const before = changes();
    const planned = await run('rollback', { 'dry-run': 'true', hold: 'set' });
    expect(planned.outputs['outcome']).toBe('planned');
    expect(planned.stdout).toContain('Would deploy hello-service:1. Nothing was changed.');
    const unknown = await run('rollback', { to: 'v9.9.9' });
    expect(unknown.exitCode).toBe(1);
    expect(unknown.errors[0]).toMatch(/^DEPLOY_ROLLBACK_NO_CANDIDATE: /);
    expect(changes()).toBe(before);
  }, 60_000);

  it('takes back what a delivery reports to have deployed, and nothing that came after it', async () => {
    const delivered = await deliver('sixth');
    const reports = delivered.outputs['report'] ?? '';
    // As it is of one that failed its proof: what is to be taken back is not the less there.
    await writeFile(reports, JSON.stringify({ ...delivered.report, outcome: 'failed', error: { code: 'X' } }));
    const end = await run('rollback', { reports });
    expect({ errors: end.errors, outcome: end.outputs['outcome'] }).toEqual({ errors: [], outcome: 'succeeded' });
    expect(await liveDigest()).toBe(digestOf('fourth'));
    const again = await run('rollback', { reports });
    expect({ errors: again.errors, outcome: again.outputs['outcome'] }).toEqual({ errors: [], outcome: 'unchanged' });
    expect(await liveDigest()).toBe(digestOf('fourth'));
  }, 90_000);

  it.each([
    ['a place that cannot be read', { to: 'web 41' }, "'to'"],
    ['a hold of another kind', { hold: 'yes' }, "'hold'"],
  ])('refuses %s', async (_title, inputs, name) => {
    const end = await run('rollback', inputs);
    expect(end.errors[0]).toMatch(/^INPUT_INVALID: /);
    expect(end.errors[0]).toContain(name);
  });
});
