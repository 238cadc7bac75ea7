import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MONOREPO } from './samples.js';
import { ALL, HEAD, PULL_REQUEST, openScene, servicesIn, type Scene } from './scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene(MONOREPO);
});
afterEach(() => scene.close());

describe('what is only to be verified', () => {
  it.each([
    ['a push to a branch that drives nothing', 'push', 'fix'],
    ['a push to a branch that drives environments', 'push', 'main'],
    ['a run that somebody started', 'workflow_dispatch', 'main'],
  ])('is all built and tested, and never delivered: %s', async (_title, event, branch) => {
    const environment = { GITHUB_EVENT_NAME: event, GITHUB_REF: `refs/heads/${branch}`, GITHUB_REF_NAME: branch };
    const { outputs, summary } = await scene.plan({ operation: 'verify' }, environment);
    expect(outputs).toMatchObject({ outcome: 'planned', deliver: 'false', pushes: '', 'stage-1': '' });
    expect(servicesIn(outputs['images'])).toEqual(ALL);
    expect(summary).toContain('Plan: images only\n');
    expect(scene.asked()).toEqual([]);
  });

  it('of a pull request is what it changes', async () => {
    const files = [{ filename: 'services/web/a.ts', status: 'added' }];
    scene.github.world.comparisons.set(`main...${HEAD}`, { status: 'ahead', files });
    const { outputs, summary } = await scene.plan({ operation: 'verify' }, PULL_REQUEST);
    expect(servicesIn(outputs['images'])).toEqual(['web']);
    expect(summary).toContain('merging delivers to staging, then production');
  });

  it.each(['verify', 'deliver'])(
    'is nothing where the run is of the base and not of the proposal: %s',
    async (operation) => {
      const environment = { ...PULL_REQUEST, GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_REF: 'refs/heads/main' };
      const { errors, exitCode } = await scene.plan({ operation }, environment);
      expect(exitCode).toBe(1);
      expect(errors).toEqual([expect.stringMatching(/^PLAN_EVENT_REFUSED: /)]);
    },
  );
});
