import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICE, digestOf, openScene, type Scene } from '@slipway/rehearsal';
import type { ActionEnd } from '@slipway/testkit';

const suiteOf = (status: number, variables = ''): string =>
  `version: 1\n${variables}ready: { path: /health }\nchecks:\n  - { name: answers, request: { path: '/?in={{region}}' }, expect: { status: ${status} } }\n`;

const SUITES = {
  'passes.yml': suiteOf(200),
  'fails.yml': suiteOf(418),
  'variable.yml': suiteOf(200, 'variables: { region: null }\n'),
  'malformed.yml': 'version: 1\nchecks: none\n',
};

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
  for (const [name, text] of Object.entries(SUITES)) await writeFile(path.join(scene.folder, name), text);
}, 60_000);
afterAll(() => scene.close());

const where = { cluster: 'staging', service: SERVICE, 'poll-interval-seconds': '10' };
const back = (inputs: Readonly<Record<string, string>>): Promise<ActionEnd> =>
  scene.run('rollback', { ...where, to: `${SERVICE}:1`, 'verify-seconds': '30', ...inputs });

const liveDigest = async (): Promise<string | undefined> =>
  ((await (await fetch(scene.environment.url)).json()) as { image: string }).image.split('@')[1];

beforeEach(async () => {
  if ((await liveDigest()) === digestOf('bad')) return;
  const inputs = { ...where, 'task-definition': await scene.register('bad'), 'prove-drained': 'off' };
  expect((await scene.run('bluegreen-deploy', inputs)).outputs['outcome']).toBe('succeeded');
}, 60_000);

const warningsOf = ({ commands }: ActionEnd): readonly string[] =>
  commands.filter(({ name }) => name === 'warning').map(({ message }) => message);

const POSSIBLE = { 'verify-if-possible': 'true' };

describe('a rollback with a suite', () => {
  it('goes back when what it goes back to passes', async () => {
    const end = await back({ verify: 'variable.yml', 'verify-variables': 'region=eu', ...POSSIBLE });
    expect([end.errors, end.outputs['outcome'], await liveDigest()]).toEqual([[], 'succeeded', digestOf('first')]);
    expect(end.stdout).toContain('Gate verify (before-traffic): pass. 1 of 1 checks passed.');
    expect(warningsOf(end)).toEqual([]);
  }, 60_000);

  it('leaves the traffic where it is when that fails, which no wish for haste lifts', async () => {
    const end = await back({ verify: 'fails.yml', ...POSSIBLE });
    expect(end.errors).toEqual([expect.stringMatching(/^DEPLOY_ROLLED_BACK: /)]);
    expect(await liveDigest()).toBe(digestOf('bad'));
  }, 60_000);

  it.each([
    ['nowhere.yml', 'INPUT_INVALID'],
    ['malformed.yml', 'SUITE_INVALID'],
    ['variable.yml', 'CHECKS_VARIABLE_MISSING'],
  ])(
    'that cannot be had, %s, is refused, or goes back without it where it has to be fast',
    async (verify, code) => {
      const refused = await back({ verify });
      expect(refused.errors).toEqual([expect.stringMatching(new RegExp(`^${code}: `))]);
      expect(await liveDigest()).toBe(digestOf('bad'));
      const end = await back({ verify, ...POSSIBLE });
      expect([end.errors, end.outputs['outcome'], await liveDigest()]).toEqual([[], 'succeeded', digestOf('first')]);
      expect(warningsOf(end)).toEqual([expect.stringContaining('its health checks decide alone')]);
      expect(warningsOf(end)[0]).toContain(verify);
    },
    60_000,
  );

  it('does not lift by that what is wrong with another input', async () => {
    const end = await back({ verify: 'nowhere.yml', command: '{', ...POSSIBLE });
    expect(end.errors).toEqual([expect.stringMatching(/^INPUT_INVALID: .*'command'/)]);
  });
});
