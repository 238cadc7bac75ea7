import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DefectScene, failedCodes } from './scene.js';

let scene: DefectScene;
beforeAll(async () => {
  scene = await DefectScene.open(['drops-requests']);
}, 120_000);
afterAll(() => scene.close());

it('finds an image that drops what is in flight on SIGTERM, and a warning is no failure', async () => {
  const end = await scene.run('drops-requests', { deployability: 'drain=warn' });
  expect(failedCodes(end)).toEqual(['IMAGE_DROPS_REQUESTS']);
  expect(end.errors).toEqual([]);
  expect(end.outputs).toMatchObject({ outcome: 'succeeded' });
  expect(end.summary).toContain('warn: IMAGE_DROPS_REQUESTS');
}, 60_000);
