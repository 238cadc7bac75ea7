import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SlipwayError } from '@slipway/core';
import { OciLayout, openLoopbackRegistry, serveLayout } from '@slipway/oci';
import { cleanUp, type DockerPort } from '@slipway/process';
import { run } from '../src/run.js';
import { fakeDocker, IMAGE_ID, MANIFEST_DIGEST, SIZE_BYTES, type FakeDockerOptions } from './fake-docker.js';
import { COMMIT, makeSetting, NO_AWS, type Setting } from './setting.js';

let setting: Setting;
afterEach(() => setting.close());

const COMMIT_TIME = 1_700_000_000;

const ENGINE: FakeDockerOptions = { driver: 'docker' };

function start(docker: DockerPort) {
  return run(setting.context, {
    docker,
    commitTime: () => Promise.resolve(COMMIT_TIME),
    isSilent: () => Promise.resolve(false),
    openRegistry: openLoopbackRegistry,
    serveLayout,
    ...NO_AWS,
  });
}

/** What is in RUNNER_TEMP/slipway, hidden files too. */
async function left(): Promise<string[]> {
  return readdir(path.join(setting.folder, 'temp', 'slipway')).catch(() => []);
}

describe.each([
  ['an engine with its older store', ENGINE],
  ['an engine with the containerd image store', { driver: 'docker', containerd: true }],
  ['a builder of its own', { driver: 'docker-container' }],
] as const)('with %s', (_name, options) => {
  it('gives the manifest digest and a layout that holds exactly it', async () => {
    setting = await makeSetting();
    const { docker } = fakeDocker(options);
    expect(await start(docker)).toEqual({ outcome: 'succeeded' });
    expect(setting.outputs).toMatchObject({
      digest: MANIFEST_DIGEST,
      'image-id': IMAGE_ID,
      version: COMMIT.slice(0, 12),
      'size-bytes': String(SIZE_BYTES),
    });
    const layout = await OciLayout.open(setting.outputs['oci-layout'] ?? '');
    expect((await layout.walk(MANIFEST_DIGEST)).blobs).toHaveLength(2);
    expect(await left()).toEqual([path.basename(layout.directory)]);
    expect(setting.summaries.join()).toContain(MANIFEST_DIGEST);
  });

  it('leaves no layout when the build fails, and points at the line', async () => {
    setting = await makeSetting();
    const failure = [
      '#1 WARN: JSONArgsRecommended: JSON arguments recommended for CMD (line 3)',
      '------',
      ' > [2/2] COPY hello.txt /:',
      '------',
      'ERROR: failed to solve: "/hello.txt" not found',
    ];
    const { docker } = fakeDocker({ ...options, failure });
    await expect(start(docker)).rejects.toMatchObject({ code: 'BUILD_FAILED' });
    expect(setting.log).toContain('error app/Dockerfile:2 "/hello.txt" not found');
    expect(setting.log).toContain('warning JSON arguments recommended for CMD');
    expect(await left()).toEqual([]);
    expect(setting.outputs).not.toHaveProperty('digest');
  });
});

describe('on an engine with its older store', () => {
  it('removes its name from the engine, after success, failure and cancellation', async () => {
    for (const duringBuild of [undefined, () => setting.cancel(new Error('cancelled'))]) {
      setting = await makeSetting();
      const fake = fakeDocker({ ...ENGINE, ...(duringBuild ? { duringBuild } : {}) });
      await start(fake.docker).catch(() => undefined);
      expect(setting.state['temporaryTag']).toMatch(/^127\.0\.0\.1:\d+\/slipway-[0-9a-f-]{36}:image$/);
      expect(fake.calls.at(-1)?.slice(-3)).toEqual(['image', 'rm', setting.state['temporaryTag']]);
      await setting.close();
    }
  });

  it('is refused before anything is built when the engine does not reach us', async () => {
    setting = await makeSetting();
    const { docker, calls } = fakeDocker({ ...ENGINE, reachesUs: false });
    await expect(start(docker)).rejects.toMatchObject({ code: 'BUILD_ENGINE_REMOTE' });
    expect(calls.some((args) => args[1] === 'build')).toBe(false);
    expect(await left()).toEqual([]);
  });

  it('cleans up in post what a killed main left', async () => {
    setting = await makeSetting();
    const folder = path.join(setting.folder, 'temp', 'slipway', '.slipway-x');
    await mkdir(folder, { recursive: true });
    Object.assign(setting.state, {
      workFolder: folder,
      temporaryTag: '127.0.0.1:1/slipway-x:image',
      engineArguments: '[]',
    });
    const { docker, calls } = fakeDocker(ENGINE);
    await cleanUp(setting.context, docker);
    expect(await left()).toEqual([]);
    expect(calls).toEqual([['image', 'rm', '127.0.0.1:1/slipway-x:image']]);
  });
});

describe('before it builds', () => {
  const answers =
    (exitCode: number, stdout = ''): DockerPort =>
    () =>
      Promise.resolve({ exitCode, stdout, stderr: 'no' });
  const missing: DockerPort = () =>
    Promise.reject(new SlipwayError({ code: 'PROCESS_NOT_STARTED', message: 'ENOENT', hint: 'none' }));

  it.each([
    ['no Docker client', missing, 'BUILD_ENGINE_MISSING'],
    ['no buildx', answers(1), 'BUILD_BUILDX_MISSING'],
    ['no engine', answers(0, 'Name: default\nDriver:\nError: Cannot connect'), 'BUILD_ENGINE_MISSING'],
  ])('says that there is %s', async (_name, docker, code) => {
    setting = await makeSetting();
    await expect(start(docker)).rejects.toMatchObject({ code });
  });

  it('says that the builder is unknown', async () => {
    setting = await makeSetting({ builder: 'nobody' });
    const docker: DockerPort = ({ args }) =>
      Promise.resolve(
        args[1] === 'inspect'
          ? { exitCode: 1, stdout: '', stderr: 'ERROR: no builder "nobody" found' }
          : { exitCode: 0, stdout: '', stderr: '' },
      );
    await expect(start(docker)).rejects.toMatchObject({ code: 'BUILD_BUILDER_NOT_FOUND' });
  });

  it('says that the context or the Dockerfile is not there', async () => {
    setting = await makeSetting();
    const { docker } = fakeDocker(ENGINE);
    const ports = {
      docker,
      commitTime: () => Promise.resolve(COMMIT_TIME),
      isSilent: () => Promise.resolve(false),
      openRegistry: openLoopbackRegistry,
      serveLayout,
      ...NO_AWS,
    };
    const withInputs = (inputs: object) =>
      run({ ...setting.context, inputs: { ...setting.context.inputs, ...inputs } }, ports);
    await expect(withInputs({ context: path.join(setting.folder, 'nope') })).rejects.toMatchObject({
      code: 'BUILD_CONTEXT_NOT_FOUND',
    });
    await expect(withInputs({ file: path.join(setting.folder, 'nope') })).rejects.toMatchObject({
      code: 'BUILD_DOCKERFILE_NOT_FOUND',
    });
  });

  it('writes no layout over what is there', async () => {
    setting = await makeSetting();
    const directory = path.join(setting.folder, 'app');
    const context = { ...setting.context, inputs: { ...setting.context.inputs, 'oci-layout': directory } };
    const { docker } = fakeDocker(ENGINE);
    await expect(
      run(context, {
        docker,
        commitTime: () => Promise.resolve(COMMIT_TIME),
        isSilent: () => Promise.resolve(false),
        openRegistry: openLoopbackRegistry,
        serveLayout,
        ...NO_AWS,
      }),
    ).rejects.toMatchObject({
      code: 'BUILD_LAYOUT_EXISTS',
    });
    expect(await readdir(directory)).toEqual(['Dockerfile']);
  });

  it('warns of a build argument that looks like a secret, without its value', async () => {
    setting = await makeSetting({ 'build-args': { NPM_TOKEN: 'hunter2' } });
    await start(fakeDocker(ENGINE).docker);
    expect(setting.log.filter((line) => line.startsWith('warning'))).toEqual([expect.stringContaining("'NPM_TOKEN'")]);
    expect(setting.log.join('\n')).not.toContain('hunter2');
  });
});

describe('a builder that is not to be believed', () => {
  it('fails when its word and its bytes differ', async () => {
    setting = await makeSetting();
    const { docker } = fakeDocker({ driver: 'docker-container', claimedDigest: `sha256:${'0'.repeat(64)}` });
    await expect(start(docker)).rejects.toMatchObject({ code: 'BUILD_RESULT_UNEXPECTED' });
    expect(await left()).toEqual([]);
  });
});

describe('the commit', () => {
  it("is the branch's head on a pull request", async () => {
    setting = await makeSetting();
    const head = 'fedcba9876543210fedcba9876543210fedcba98';
    const event = path.join(setting.folder, 'event.json');
    await writeFile(event, JSON.stringify({ pull_request: { head: { sha: head } } }));
    const { docker, calls } = fakeDocker(ENGINE);
    const github = { ...setting.context.github, eventName: 'pull_request' };
    const context = { ...setting.context, github, environment: { GITHUB_EVENT_PATH: event } };
    await run(context, {
      docker,
      commitTime: () => Promise.resolve(COMMIT_TIME),
      isSilent: () => Promise.resolve(false),
      openRegistry: openLoopbackRegistry,
      serveLayout,
      ...NO_AWS,
    });
    expect(calls.flat()).toContain(`--label=org.opencontainers.image.revision=${head}`);
    expect(setting.outputs['version']).toBe(head.slice(0, 12));
  });
});
