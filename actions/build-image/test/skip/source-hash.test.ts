import { chmod, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DockerPort } from '@slipway/process';
import { hashSource } from '../../src/skip/source-hash.js';
import { makeSetting, type Setting } from '../setting.js';

type Inputs = Partial<Setting['context']['inputs']>;

let setting: Setting;
let calls: string[][];
beforeEach(async () => {
  setting = await makeSetting();
  calls = [];
  await write('Dockerfile', 'FROM node:24\nCOPY . /\n');
  await write('.dockerignore', 'ignored\n');
  await write('hello.txt', 'hello');
  await write('ignored/file', 'x');
});
afterEach(() => setting.close());

async function write(file: string, text: string): Promise<void> {
  const whole = path.join(setting.folder, 'app', file);
  await mkdir(path.dirname(whole), { recursive: true });
  await writeFile(whole, text);
}

const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** An engine without images, and a registry that has those of the map. */
const registry =
  (images: Readonly<Record<string, string>>, onEngine?: string): DockerPort =>
  ({ args }) => {
    calls.push([...args]);
    const found = args.includes('imagetools') ? images[args.at(-1) ?? ''] : undefined;
    const own = args.includes('inspect') && args.includes('image') ? onEngine : undefined;
    const stdout = own ?? (found === undefined ? '' : JSON.stringify({ mediaType: 'x', digest: found }));
    return Promise.resolve({ exitCode: stdout === '' ? 1 : 0, stdout, stderr: '' });
  };

type Asked = [inputs?: Inputs, docker?: DockerPort, driver?: string, platform?: string];

const REGISTRY = registry({ 'node:24': digest('1') });

async function hash(...[inputs = {}, docker = REGISTRY, driver = 'docker-container', platform = 'linux/amd64']: Asked) {
  const job = { ...setting.context, inputs: { ...setting.context.inputs, ...inputs } };
  const file = path.join(setting.folder, 'app/Dockerfile');
  const builder = { name: 'b', driver, error: undefined, platform: platform === '' ? undefined : platform };
  return hashSource(job, { file, chosen: { builder, way: 'export' } }, docker);
}

const app = (file: string): string => path.join(setting.folder, 'app', file);

describe('the hash of the source', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['a file', () => write('hello.txt', 'other')],
    ['a new file', () => write('new.txt', '')],
    ['a mode', () => chmod(app('hello.txt'), 0o755)],
    ['a link', () => symlink('hello.txt', app('link'))],
    ['a file that becomes a folder', () => rm(app('hello.txt')).then(() => mkdir(app('hello.txt')))],
    ['what is ignored', () => write('.dockerignore', 'nothing\n')],
    ["the Dockerfile's own list", () => write('Dockerfile.dockerignore', '')],
    ['the Dockerfile', () => write('Dockerfile', 'FROM node:24\nCOPY hello.txt /\n')],
  ])('changes with %s', async (_what, change) => {
    const before = await hash();
    await change();
    const after = await hash();
    expect([before.kind, after.kind]).toEqual(['known', 'known']);
    expect(after).not.toEqual(before);
  });

  it.each<[string, Inputs]>([
    ['an argument', { 'build-args': { A: '1' } }],
    ['a label', { labels: { a: 'b' } }],
    ['an annotation', { annotations: { a: 'b' } }],
    ['the target', { target: 'final' }],
    ['the stage of unit tests', { 'unit-test-target': 'test' }],
    ['the platforms', { platforms: ['linux/arm64'] }],
    ['a secret', { secrets: { npm: 'x' } }],
    ['an agent', { ssh: ['default'] }],
    ['attestations', { provenance: 'max' }],
    ['an SBOM', { sbom: true }],
    ['times', { reproducible: true }],
    ['a context', { 'build-contexts': { shared: 'app' } }],
  ])('changes with %s', async (_what, inputs) => {
    const after = await hash(inputs);
    expect(after.kind).toBe('known');
    expect(after).not.toEqual(await hash());
  });

  it("changes with the base image, and with the builder's own platform", async () => {
    const before = await hash();
    expect(await hash({}, registry({ 'node:24': digest('2') }))).not.toEqual(before);
    expect(await hash({}, REGISTRY, 'docker-container', 'linux/arm64')).not.toEqual(before);
    expect(await hash({ platforms: ['linux/amd64'] })).toEqual(before);
  });

  it('stays with what is ignored, with times, with the order of maps, and with the values of secrets', async () => {
    const inputs: Inputs = { secrets: { npm: 'one' }, 'build-args': { A: '1', B: '2' }, labels: { a: 'b' } };
    const before = await hash(inputs);
    await write('ignored/file', 'y');
    await utimes(app('hello.txt'), 1, 1);
    expect(await hash({ ...inputs, secrets: { npm: 'two' }, 'build-args': { B: '2', A: '1' }, version: '7' })).toEqual(
      before,
    );
  });

  it("takes the engine's own image where its builder would, by the digest that the registry gave it", async () => {
    const own = `sha256:id ["other@${digest('3')}","node@${digest('1')}"]\n`;
    const asRegistry = await hash({}, REGISTRY);
    expect(await hash({}, registry({}, own), 'docker')).toEqual(asRegistry);
    expect(await hash({}, registry({}, 'sha256:id null'), 'docker')).not.toEqual(asRegistry);
    expect(await hash({ pull: true }, registry({ 'node:24': digest('1') }, own), 'docker')).toEqual(asRegistry);
  });

  it('asks nobody for what is pinned, and puts nothing secret into an argument', async () => {
    await write('Dockerfile', `FROM node@${digest('9')}\n`);
    expect((await hash({ secrets: { npm: 'very secret' } }, registry({}))).kind).toBe('known');
    expect(calls).toEqual([]);
  });

  it.each<[RegExp, Inputs, string?]>([
    [/node:24/, {}],
    [/build context 'far'/, { 'build-contexts': { far: 'https://example.com/x.git' } }],
    [/platform/, {}, ''],
  ])('is not guessed: %s', async (why, inputs, platform = 'linux/amd64') => {
    const docker = platform === '' ? REGISTRY : registry({});
    expect(await hash(inputs, docker, 'docker-container', platform)).toEqual({
      kind: 'unknown',
      why: expect.stringMatching(why) as unknown,
    });
  });
});
