import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openLoopbackRegistry, serveLayout } from '@slipway/oci';
import { run } from '../src/run.js';
import { fakeDocker, type FakeDocker, type FakeDockerOptions } from './fake-docker.js';
import { makeSetting, noRepository, type Setting } from './setting.js';

let setting: Setting;
let fake: FakeDocker;
afterEach(() => setting.close());

async function start(inputs: Partial<Setting['context']['inputs']>, options: Partial<FakeDockerOptions> = {}) {
  setting = await makeSetting(inputs);
  fake = fakeDocker({ driver: 'docker-container', ...options });
  const commitTime = () => Promise.resolve(1_700_000_000);
  return run(setting.context, {
    docker: fake.docker,
    commitTime,
    isSilent: () => Promise.resolve(false),
    openRegistry: openLoopbackRegistry,
    serveLayout,
    openRepository: noRepository,
  });
}

const builds = (): readonly string[][] => fake.calls.filter(([, verb]) => verb === 'build');

describe("the engine's own builder", () => {
  it.each([
    ['platforms', { platforms: ['linux/amd64', 'linux/arm64'] }],
    ['annotations', { annotations: { a: 'b' } }],
    ['provenance', { provenance: 'max' }],
    ['sbom', { sbom: true }],
    ['reproducible', { reproducible: true }],
  ] as const)('is refused what it cannot do, by name, before anything is built: %s', async (name, inputs) => {
    const refused = { code: 'BUILD_BUILDER_LIMITED', message: expect.stringContaining(`'${name}'`) };
    await expect(start(inputs, { driver: 'docker' })).rejects.toMatchObject(refused);
    expect(builds()).toEqual([]);
  });

  it('says that it goes without the cache that was asked for', async () => {
    await start({ cache: 'gha' }, { driver: 'docker' });
    expect(setting.log).toContain(
      "warning The build goes without a cache: the engine's own builder cannot write a cache.",
    );
  });
});

describe('unit tests', () => {
  it('are built first, and the image after them', async () => {
    await start({ 'unit-test-target': 'unit' });
    expect(builds()).toHaveLength(2);
    expect(builds()[0]).toContain('--target=unit');
    expect(builds()[1]).not.toContain('--target=unit');
  });

  it('that fail leave the image unbuilt', async () => {
    const failure = [
      '------',
      ' > [unit 1/1] RUN npm test:',
      '1 failing',
      '------',
      'ERROR: failed to solve: exit code: 1',
    ];
    await expect(start({ 'unit-test-target': 'unit' }, { failure })).rejects.toMatchObject({
      code: 'BUILD_UNIT_TESTS_FAILED',
      message: expect.stringMatching(/'unit' failed[^]*1 failing/),
    });
    expect(builds()).toHaveLength(1);
  });
});

describe('secrets', () => {
  it('from a variable that is not set are refused before anything is built', async () => {
    await expect(start({ 'secret-envs': { npm: 'NPM_TOKEN' } })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('NPM_TOKEN'),
    });
    expect(builds()).toEqual([]);
  });
});

describe('a task definition', () => {
  const write = async (definition: unknown): Promise<string> => {
    const file = path.join(setting.folder, 'task.json');
    await writeFile(file, typeof definition === 'string' ? definition : JSON.stringify(definition));
    return file;
  };
  const check = async (definition: unknown) => {
    await start({});
    await setting.close();
    const again = await makeSetting();
    setting = again;
    const file = await write(definition);
    const context = { ...again.context, inputs: { ...again.context.inputs, 'task-definition': file } };
    const commitTime = () => Promise.resolve(1_700_000_000);
    return run(context, {
      docker: fake.docker,
      commitTime,
      isSilent: () => Promise.resolve(false),
      openRegistry: openLoopbackRegistry,
      serveLayout,
      openRepository: noRepository,
    });
  };

  it.each([
    ['that says nothing runs amd64', {}],
    ['in JSON with comments', '{ // ours\n "runtimePlatform": { "cpuArchitecture": "X86_64" } }'],
    ['in YAML', 'family: web\nruntimePlatform:\n  cpuArchitecture: X86_64\n'],
    ['that says so runs amd64', { runtimePlatform: { cpuArchitecture: 'X86_64', operatingSystemFamily: 'LINUX' } }],
  ])('%s', async (_title, definition) => {
    expect(await check(definition)).toEqual({ outcome: 'succeeded' });
  });

  it('for another processor refuses the image', async () => {
    await expect(check({ runtimePlatform: { cpuArchitecture: 'ARM64' } })).rejects.toMatchObject({
      code: 'BUILD_PLATFORM_MISMATCH',
      message: "The task definition 'task.json' runs linux/arm64, and the image is for linux/amd64.",
    });
  });

  it('that cannot be read is named', async () => {
    await expect(check('{')).rejects.toMatchObject({ code: 'BUILD_TASK_DEFINITION_INVALID' });
  });
});
