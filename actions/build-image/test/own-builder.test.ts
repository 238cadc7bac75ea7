import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openLoopbackRegistry, serveLayout } from '@slipway/oci';
import { REPOSITORY } from '@slipway/testkit';
import { definition } from '../src/inputs.js';
import { removeOwnBuilder } from '../src/own-builder.js';
import { run } from '../src/run.js';
import { fakeDocker, MANIFEST_DIGEST, type FakeDocker, type FakeDockerOptions } from './fake-docker.js';
import { makeSetting, NO_AWS, type Setting } from './setting.js';

type Inputs = Partial<Setting['context']['inputs']>;

const GHA = { ACTIONS_RUNTIME_TOKEN: 'token', ACTIONS_RESULTS_URL: 'https://results.example/' };

let setting: Setting;
let fake: FakeDocker;
beforeEach(async () => {
  setting = await makeSetting();
  have({});
});
afterEach(() => setting.close());

function have(options: Partial<FakeDockerOptions>): void {
  fake = fakeDocker({ driver: 'docker', ...options });
}

async function build(inputs: Inputs, environment: Readonly<Record<string, string>> = {}, isSilent = false) {
  const context = { ...setting.context, inputs: { ...setting.context.inputs, ...inputs }, environment };
  return run(context, {
    docker: fake.docker,
    commitTime: () => Promise.resolve(1_700_000_000),
    isSilent: () => Promise.resolve(isSilent),
    openRegistry: openLoopbackRegistry,
    serveLayout,
    ...NO_AWS,
  });
}

const called = (verb: string): readonly string[][] => fake.calls.filter(([, second]) => second === verb);
const told = (kind: string): readonly string[] => setting.log.filter((line) => line.startsWith(kind));
const write = (dockerfile: string) => writeFile(path.join(setting.folder, 'app', 'Dockerfile'), dockerfile);

describe('a builder is made', () => {
  it.each([
    ['several platforms', { platforms: ['linux/amd64', 'linux/arm64'] }, {}],
    ['annotations', { annotations: { a: 'b' } }, {}],
    ['provenance', { provenance: 'max' }, {}],
    ['an sbom', { sbom: true }, {}],
    ['reproducible images', { reproducible: true }, {}],
    ['a cache in a folder', { cache: 'local', 'cache-to': 'cache' }, {}],
    ['a cache in a registry', { cache: 'registry', 'cache-to': 'r.example/x:cache' }, {}],
    ["GitHub's cache", { cache: 'gha' }, GHA],
    ["GitHub's cache, because it is offered", { cache: 'auto' }, GHA],
  ] as const)('for %s, and it builds', async (_title, inputs, environment) => {
    expect(await build(inputs as Inputs, environment)).toEqual({ outcome: 'succeeded' });
    const name = setting.state['ownBuilder'] ?? '';
    expect(name).toMatch(/^slipway-[0-9a-f]{16}$/);
    const options = [
      `--name=${name}`,
      '--driver=docker-container',
      '--driver-opt=image=moby/buildkit:v0',
      '--bootstrap',
    ];
    expect(called('create')).toEqual([['buildx', 'create', ...options]]);
    expect(called('build').map((args) => args.includes(`--builder=${name}`))).toEqual([true]);
    expect(setting.outputs['digest']).toBe(MANIFEST_DIGEST);
    expect(told('warning')).toEqual([]);
  });

  it.each([
    { where: 'nothing is asked', inputs: {} },
    { where: "GitHub's cache is not offered", inputs: { cache: 'gha' } },
    { where: 'no cache is wanted', inputs: { cache: 'none' }, environment: GHA },
    { where: 'the current one can do it', inputs: { sbom: true }, docker: { driver: 'docker-container' } },
    { where: "the engine's own can do it", inputs: { sbom: true }, docker: { containerd: true } },
    { where: 'one is named', inputs: { builder: 'mine' }, environment: GHA },
  ] as {
    where: string;
    inputs: Inputs;
    environment?: Record<string, string>;
    docker?: Partial<FakeDockerOptions>;
  }[])('for nothing where $where', async ({ inputs, environment, docker = {} }) => {
    have(docker);
    expect(await build(inputs, environment)).toEqual({ outcome: 'succeeded' });
    expect(called('create')).toEqual([]);
    expect(setting.state['ownBuilder']).toBeUndefined();
  });

  it.each([
    ['made-here:latest', { images: ['made-here:latest'] }],
    ['localhost:5000/shop/base:1', {}],
  ])("and not for an image of %s, which only the engine's own finds", async (image, options) => {
    have(options);
    await write(`FROM ${image}\nCOPY hello.txt /\n`);
    await build({}, GHA);
    expect(called('create')).toEqual([]);
    expect(told('info').join('\n')).toContain(`only the engine's own takes '${image}'`);
    // What is asked for by name is worth the question where the base image is.
    await build({ cache: 'gha' }, GHA);
    expect(called('create')).toHaveLength(1);
  });

  it('once for all steps of a job, and removed by the step that made it', async () => {
    await build({ sbom: true });
    const { ownBuilder = '' } = setting.state;
    delete setting.state['ownBuilder'];
    await build({ provenance: 'max', 'unit-test-target': 'unit' });
    expect(called('create')).toHaveLength(1);
    expect(called('build').map((args) => args.includes(`--builder=${ownBuilder}`))).toEqual([true, true, true]);
    await removeOwnBuilder(setting.context, fake.docker);
    expect(called('rm')).toEqual([]);
    setting.state['ownBuilder'] = ownBuilder;
    await removeOwnBuilder(setting.context, fake.docker);
    expect(called('rm')).toEqual([['buildx', 'rm', '--force', ownBuilder]]);
    await removeOwnBuilder(setting.context, fake.docker);
    expect(told('warning')).toEqual([]);
  });

  it('under another name for another job, another engine or another image', async () => {
    const names = new Set<string | undefined>();
    for (const [inputs, environment] of [
      [{}, {}],
      [{}, { GITHUB_JOB: 'other' }],
      [{}, { DOCKER_HOST: 'tcp://other' }],
      [{ 'builder-image': 'mirror/buildkit:v1' }, {}],
    ] as const) {
      await build({ sbom: true, ...inputs }, environment);
      names.add(setting.state['ownBuilder']);
    }
    expect(names.size).toBe(4);
  });
});

describe('a builder that cannot be made', () => {
  const notMade = 'pull access denied for moby/buildkit';

  it('is an error that says so where nothing else will do, and leaves nothing', async () => {
    have({ notMade });
    await expect(build({ platforms: ['linux/amd64', 'linux/arm64'] })).rejects.toMatchObject({
      code: 'BUILD_BUILDER_NOT_MADE',
      message: expect.stringContaining(notMade),
      hint: expect.stringContaining("'builder-image'"),
    });
    expect(called('build')).toEqual([]);
    expect(called('rm')).toHaveLength(1);
  });

  it.each([['auto'], ['gha']] as const)("fails no build that only wanted it for 'cache: %s'", async (cache) => {
    have({ notMade });
    expect(await build({ cache }, GHA)).toEqual({ outcome: 'succeeded' });
    expect(told('warning')).toEqual([expect.stringMatching(/^warning The build goes without a cache\. .*pull access/)]);
    expect(
      called('build')
        .flat()
        .filter((arg) => /^--(?:builder|cache)/.test(arg)),
    ).toEqual([]);
  });

  it('is not tried for a cache that does not answer', async () => {
    expect(await build({}, GHA, true)).toEqual({ outcome: 'succeeded' });
    expect(called('create')).toEqual([]);
    expect(told('warning')).toEqual([
      expect.stringContaining("'results.example' takes connections and does not answer"),
    ]);
  });
});

it('is by default of the very BuildKit that the engine tests have', async () => {
  const script = await readFile(path.join(REPOSITORY, 'scripts/ensure-buildkit.sh'), 'utf8');
  const version = /^readonly BUILDKIT=(\S+)$/m.exec(script)?.[1] ?? 'none';
  expect(definition.inputs['builder-image'].default).toBe(`moby/buildkit:v${version}`);
});

it('says by a line of the log, and no warning, that nothing is kept where nothing can be', async () => {
  await build({});
  expect(told('info')).toContain("info The build goes without a cache: the engine's own builder cannot write a cache.");
  expect(told('warning')).toEqual([]);
});
