import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { openLoopbackRegistry, serveLayout } from '@slipway/oci';
import { run } from '../src/run.js';
import { fakeDocker, type FakeDocker, type FakeDockerOptions } from './fake-docker.js';
import { makeSetting, NO_AWS, type Setting } from './setting.js';

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
    ...NO_AWS,
  });
}

const builds = (): readonly string[][] => fake.calls.filter(([, verb]) => verb === 'build');

describe("the engine's own builder, named as the one to build with,", () => {
  it.each([
    ['platforms', { platforms: ['linux/amd64', 'linux/arm64'] }],
    ['annotations', { annotations: { a: 'b' } }],
    ['provenance', { provenance: 'max' }],
    ['sbom', { sbom: true }],
    ['reproducible', { reproducible: true }],
  ] as const)('is refused what it cannot do, by name, before anything is built: %s', async (name, inputs) => {
    const refused = { code: 'BUILD_BUILDER_LIMITED', message: expect.stringContaining(`'${name}'`) };
    await expect(start({ ...inputs, builder: 'default' }, { driver: 'docker' })).rejects.toMatchObject(refused);
    expect(builds()).toEqual([]);
  });

  it('says that it goes without the cache that was asked for', async () => {
    await start({ cache: 'local', 'cache-to': 'cache', builder: 'default' }, { driver: 'docker' });
    expect(setting.log).toContain(
      "warning The build goes without a cache: the engine's own builder cannot write a cache.",
    );
  });
});

describe('a reproducible image', () => {
  const warnings = () => setting.log.filter((line) => line.startsWith('warning'));

  it.each([
    [{ provenance: 'min' }, "'provenance: min'"],
    [{ sbom: true, provenance: 'max' }, "'provenance: max' and 'sbom'"],
  ] as const)('with attestations has no digest that stays: %j', async (inputs, named) => {
    await start({ reproducible: true, ...inputs });
    expect(warnings()).toEqual([expect.stringContaining(`'digest' differs from build to build: ${named}`)]);
  });

  it('without them is promised nothing less', async () => {
    await start({ reproducible: true });
    expect(warnings()).toEqual([]);
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
  const check = async (definition: unknown, inputs: Partial<Setting['context']['inputs']> = {}) => {
    setting = await makeSetting(inputs);
    fake = fakeDocker({ driver: 'docker-container' });
    const file = await write(definition);
    const context = { ...setting.context, inputs: { ...setting.context.inputs, 'task-definition': file } };
    const commitTime = () => Promise.resolve(1_700_000_000);
    return run(context, {
      docker: fake.docker,
      commitTime,
      isSilent: () => Promise.resolve(false),
      openRegistry: openLoopbackRegistry,
      serveLayout,
      ...NO_AWS,
    });
  };

  it.each([
    ['of Fargate that says nothing runs amd64', { requiresCompatibilities: ['EC2', 'FARGATE'] }],
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

  it.each([
    ['for one processor', { runtimePlatform: { cpuArchitecture: 'ARM64' } }, ['linux/amd64']],
    ['of Fargate', { requiresCompatibilities: ['FARGATE'] }, ['linux/arm64', 'linux/arm64/v8']],
    ['of Windows', { runtimePlatform: { operatingSystemFamily: 'WINDOWS_SERVER_2022_CORE' } }, ['linux/amd64']],
  ])('%s refuses other platforms before anything is built', async (_title, definition, platforms) => {
    await expect(check(definition, { platforms })).rejects.toMatchObject({ code: 'BUILD_PLATFORM_MISMATCH' });
    expect(builds()).toEqual([]);
  });

  it('waits for the build where a platform is named in a way of its own', async () => {
    const definition = { runtimePlatform: { cpuArchitecture: 'X86_64' } };
    expect(await check(definition, { platforms: ['linux/x86_64'] })).toEqual({ outcome: 'succeeded' });
  });

  it.each([[{}], [{ requiresCompatibilities: ['EC2'] }], [{ requiresCompatibilities: ['EXTERNAL'] }]])(
    "of instances of one's own that names no processor takes any: %j",
    async (definition) => {
      const platforms = ['linux/arm64'];
      expect(await check(definition, { platforms })).toEqual({ outcome: 'succeeded' });
      expect(setting.log).toContainEqual(expect.stringMatching(/^info 'task.json' neither names a cpuArchitecture/));
    },
  );

  it('that cannot be read is named before anything is built', async () => {
    await expect(check('{')).rejects.toMatchObject({ code: 'BUILD_TASK_DEFINITION_INVALID' });
    expect(builds()).toEqual([]);
  });
});
