import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { PlatformImage } from '../src/image-source.js';
import { run } from '../src/run.js';
import { DIGEST, makeSetting, type Setting } from './setting.js';
import { SimpleEngine } from './simple-engine.js';

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const INDEX: readonly PlatformImage[] = [
  { platform: 'linux/amd64', digest: digest('1') },
  { platform: 'linux/386', digest: digest('2') },
  { platform: 'linux/arm64/v8', digest: digest('3') },
];

let setting: Setting;
let engine: SimpleEngine;
afterEach(() => setting.close());

async function start(answer: (platform: string | undefined) => string, platforms = INDEX) {
  setting = await makeSetting();
  const listener: RequestListener = (_, response) => response.end(answer(engine.spec?.platform));
  engine = new SimpleEngine({ answer: listener });
  const serveImage = () => Promise.resolve({ host: '127.0.0.1:5', platforms, close: () => Promise.resolve() });
  return run(setting.context, { openEngine: () => engine, newId: () => 'x1', serveImage });
}

describe('an index', () => {
  it('is tested on each platform that the engine can run, and says why another was not', async () => {
    expect(await start(() => 'hello')).toEqual({ outcome: 'succeeded' });
    expect(engine.spec).toMatchObject({
      name: 'slipway-test-7-2-x1-linux-386',
      image: `127.0.0.1:5/slipway-test@${digest('2')}`,
      platform: 'linux/386',
    });
    expect(setting.facts['platforms']).toEqual([
      { ...INDEX[1], state: 'passed', because: 'it answers as it should' },
      { ...INDEX[2], state: 'not-run', because: 'this engine runs linux/amd64, linux/386' },
    ]);
    expect(setting.outputs).toMatchObject({ 'tested-digest': DIGEST, passed: '3', failed: '0' });
    expect(await readFile(setting.outputs['junit'] ?? '', 'utf8')).toContain('name="runs on linux/386"');
  });

  it('fails with the one platform that fails', async () => {
    await expect(start((platform) => (platform === 'linux/386' ? 'no' : 'hello'))).rejects.toMatchObject({
      code: 'TEST_PLATFORM_FAILED',
      message: expect.stringContaining("linux/386: 1 of 2 checks fail: 'says hello'"),
    });
    expect(setting.outputs).not.toHaveProperty('tested-digest');
  });

  it('of one platform is tested as it is', async () => {
    await start(() => 'hello', INDEX.slice(0, 1));
    expect(engine.calls).not.toContain('platforms');
  });

  it('is tested on a platform that the engine emulates, where its own is not there', async () => {
    const platforms = [{ platform: 'linux/arm64/v8', digest: digest('3') }, INDEX[1]!];
    expect(await start(() => 'hello', platforms)).toEqual({ outcome: 'succeeded' });
    expect(engine.pulled).toEqual(['linux/386']);
    expect(engine.spec).toMatchObject({ name: 'slipway-test-7-2-x1', platform: 'linux/386' });
    expect(setting.facts['platforms']).toEqual([
      { ...platforms[0], state: 'not-run', because: 'this engine runs linux/amd64, linux/386' },
    ]);
  });

  it('is refused where the engine runs none of its platforms', async () => {
    await expect(start(() => 'hello', [INDEX[2]!])).rejects.toMatchObject({
      code: 'TEST_PLATFORM_NOT_RUN',
      message: 'The image is for linux/arm64, and this engine runs linux/amd64, linux/386.',
    });
    expect(engine.calls).not.toContain('pull');
  });
});
