import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { EngineScene } from './engine-scene.js';
import { docker } from './images.js';
import { buildIndex } from './index-image.js';

let scene: EngineScene;
beforeAll(async () => {
  scene = await EngineScene.open();
}, 180_000);
afterAll(() => scene.close());
afterEach(async () => expect(await scene.left()).toEqual([]));

it('tests each platform of an index that this engine can run, and removes all of it', async () => {
  const digest = await buildIndex(scene.image, 'good');
  const end = await scene.run({ digest });
  expect(end.errors).toEqual([]);
  expect(end.outputs).toMatchObject({ outcome: 'succeeded', 'tested-digest': digest });
  const platforms = (end.report?.['platforms'] ?? []) as { platform: string; state: string }[];
  expect(platforms.map(({ platform, state }) => `${platform} ${state}`)).toEqual([
    'linux/386 passed',
    'linux/s390x not-run',
  ]);
  expect(await docker('image', 'ls', '--digests', '--format', '{{.Repository}} {{.Digest}}')).not.toContain(digest);
}, 60_000);

it('finds the platform that fails', async () => {
  const end = await scene.run({ digest: await buildIndex(scene.image, 'exit') });
  expect(end.report).toMatchObject({ error: { code: 'TEST_PLATFORM_FAILED' } });
  expect(end.errors.join()).toContain('linux/386: it ended with exit code 7 before it was ready');
}, 60_000);
