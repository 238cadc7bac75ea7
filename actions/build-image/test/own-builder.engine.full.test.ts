import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { runAction, type ActionEnd } from '@slipway/testkit';
import { childrenOf, endOf, GREEN, makeBuildScene, toldBy, warningsOf, type BuildScene } from './build-scene.js';
import { docker, ENSURE_TIMEOUT_MS, ensureBuildKit, provideContainer } from './container-builder.js';

let image: string;
beforeAll(async () => {
  image = await ensureBuildKit();
}, ENSURE_TIMEOUT_MS);

let scene: BuildScene;
let ends: ActionEnd[];
beforeEach(async () => {
  scene = await makeBuildScene({ inputs: { 'builder-image': image } });
  ends = [];
});
afterEach(async () => {
  for (const { state } of [...ends].reverse()) await post(state);
  await scene.close();
});

async function build(...start: Parameters<BuildScene['build']>): Promise<ActionEnd> {
  const end = await scene.build(...start);
  ends.push(end);
  return end;
}

function post(state: ActionEnd['state']): Promise<ActionEnd> {
  const where = { workspace: scene.workspace, temp: `${scene.workspace}/.temp` };
  return runAction({ action: 'build-image', inputs: {}, ...where, phase: 'post', state });
}

/** What the engine and buildx have of a builder. */
async function leftOf(name: string): Promise<readonly string[]> {
  const lists = [
    docker('buildx', 'ls'),
    docker('ps', '--all', '--format={{.Names}}'),
    docker('volume', 'ls', '--format={{.Name}}'),
  ];
  const lines = (await Promise.all(lists)).join('\n').split('\n');
  return lines.filter((line) => line.includes(name));
}

const TWO = 'linux/amd64, linux/arm64';

/** The name that the action gives to a builder in this scene, by a build that fails where it has to be known. */
async function nameOfOwn(): Promise<string> {
  const { state } = await scene.build({ inputs: { platforms: TWO } });
  return state['ownBuilder'] ?? '';
}

describe('on an engine whose own builder cannot do what is asked, a builder is made', () => {
  it('that two steps share, and that is gone with all that it has after the job', async () => {
    await provideContainer(image, nameOfOwn);
    const first = await build({ inputs: { platforms: TWO, annotations: 'org.example.team=web' } });
    expect({ ...endOf(first), warnings: warningsOf(first) }).toEqual({ ...GREEN, warnings: [] });
    const children = await childrenOf(first);
    expect(children.map(({ platform }) => platform?.['architecture'])).toEqual(['amd64', 'arm64']);
    const name = first.state['ownBuilder'] ?? '';
    expect(await leftOf(name)).toHaveLength(4);
    const loaded = `slipway-build-test-${randomUUID()}:kept`;
    const second = await build({ inputs: { reproducible: 'true', 'load-as': loaded } });
    try {
      expect(endOf(second)).toEqual(GREEN);
      expect(toldBy(second)).toContain(`The builder '${name}' is used, which a step before this one made.`);
      const id = await docker('image', 'inspect', '--format={{.Id}}', loaded);
      expect(id.trim()).toBe(second.outputs['image-id']);
    } finally {
      await docker('image', 'rm', loaded);
    }
    await post(second.state);
    expect(await leftOf(name)).toHaveLength(4);
    const ended = await post(first.state);
    expect({ exitCode: ended.exitCode, warnings: warningsOf(ended) }).toEqual({ exitCode: 0, warnings: [] });
    expect(await leftOf(name)).toEqual([]);
  }, 120_000);

  it('and what was made of it is removed at once when its image is not to be had', async () => {
    const end = await build({ inputs: { platforms: TWO, 'builder-image': '127.0.0.1:9/none:v1' } });
    expect(end.errors).toEqual([expect.stringMatching(/^BUILD_BUILDER_NOT_MADE: .*127\.0\.0\.1:9\/none:v1/)]);
    expect(await leftOf(end.state['ownBuilder'] ?? '')).toEqual([]);
    const ended = await post(end.state);
    expect({ exitCode: ended.exitCode, warnings: warningsOf(ended) }).toEqual({ exitCode: 0, warnings: [] });
  }, 60_000);

  it("and the engine's own builds where it was only to keep a cache", async () => {
    const inputs = { 'builder-image': '127.0.0.1:9/none:v1' };
    const environment = { ACTIONS_RUNTIME_TOKEN: 'token', ACTIONS_CACHE_URL: 'http://127.0.0.1:9/' };
    const end = await build({ inputs, environment });
    expect(endOf(end)).toEqual(GREEN);
    expect(warningsOf(end)).toEqual([
      expect.stringMatching(/^The build goes without a cache\. No builder could be made/),
    ]);
  }, 60_000);
});
