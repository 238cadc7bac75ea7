import { mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OciLayout, isDigest, referencesOf } from '@slipway/oci';
import { childEnvironment, runProcess } from '@slipway/process';
import { REPOSITORY, runAction, type ActionEnd } from '@slipway/testkit';
import { ensureBaseImage } from '../../../scripts/base-image.js';
import { runtimeToken, startSickService, type Sickness } from './cache-service.js';
import { FAILING, FAILING_LINE, filesHolding } from './every-byte.js';

/** What only an engine with the containerd image store, or a builder of its own, can do. */
let engine: string;
beforeAll(async () => {
  const script = path.join(REPOSITORY, 'scripts/ensure-containerd-engine.sh');
  const { exitCode, stdout, stderr } = await runProcess({ file: script, args: [], timeoutMs: 180_000 });
  if (exitCode !== 0) throw new Error(stderr);
  engine = stdout.trim();
}, 200_000);

/** The base image of the machine's own engine, given to this one too. */
async function baseImage(): Promise<string> {
  const name = await ensureBaseImage();
  const archive = path.join(workspace, 'base.tar');
  const docker = async (args: readonly string[], env = {}): Promise<number> => {
    const result = await runProcess({ file: 'docker', args, env: childEnvironment(env), timeoutMs: 120_000 });
    return result.exitCode;
  };
  const there = { DOCKER_HOST: engine };
  if ((await docker(['image', 'inspect', name], there)) === 0) return name;
  if ((await docker(['save', name, '--output', archive])) !== 0) throw new Error(`${name} cannot be saved`);
  if ((await docker(['load', '--input', archive], there)) !== 0) throw new Error(`${name} cannot be loaded`);
  await rm(archive);
  return name;
}

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(path.join(tmpdir(), 'slipway-build-'));
  await writeFile(path.join(workspace, 'hello.txt'), 'hello\n');
  await git('init', '--quiet');
  await git('add', '.');
  await git('-c', 'user.name=t', '-c', 'user.email=t@example.com', 'commit', '--quiet', '--message=first');
});
afterEach(() => rm(workspace, { recursive: true, force: true }));

async function git(...args: string[]): Promise<void> {
  const { exitCode, stderr } = await runProcess({ file: 'git', args: ['-C', workspace, ...args], timeoutMs: 30_000 });
  if (exitCode !== 0) throw new Error(stderr);
}

async function build(
  inputs: Readonly<Record<string, string>>,
  dockerfile = 'FROM scratch\nCOPY hello.txt /\n',
  more: Readonly<Record<string, string>> = {},
) {
  await writeFile(path.join(workspace, 'Dockerfile'), dockerfile);
  const temp = path.join(workspace, '.temp');
  await mkdir(temp, { recursive: true });
  return runAction({
    action: 'build-image',
    ...{ inputs, workspace, temp, environment: { GITHUB_SHA: 'a'.repeat(40), DOCKER_HOST: engine, ...more } },
    timeoutMs: 150_000,
  });
}

async function childrenOf({ outputs }: ActionEnd) {
  const layout = await OciLayout.open(outputs['oci-layout'] ?? '');
  const digest = outputs['digest'] ?? '';
  if (!isDigest(digest)) throw new Error(`no digest: ${digest}`);
  const { manifests } = await layout.walk(digest);
  return referencesOf(manifests.at(-1)?.bytes ?? Buffer.from('{}')).children;
}

const green = { outcome: 'succeeded', exitCode: 0, errors: [] };
const endOf = ({ outputs, exitCode, errors }: ActionEnd) => ({ outcome: outputs['outcome'], exitCode, errors });

describe('an engine with the containerd image store', () => {
  it('builds several platforms into one index, without emulation', async () => {
    const end = await build({ platforms: 'linux/amd64, linux/arm64', annotations: 'org.example.team=web' });
    expect(endOf(end)).toEqual(green);
    expect(end.outputs['platforms']).toBe('linux/amd64\nlinux/arm64');
    expect(end.outputs['image-id']).toBeUndefined();
    const children = await childrenOf(end);
    expect(children.map(({ platform }) => platform?.['architecture'])).toEqual(['amd64', 'arm64']);
    const index = path.join(end.outputs['oci-layout'] ?? '', 'blobs/sha256', (end.outputs['digest'] ?? '').slice(7));
    expect(JSON.parse(await readFile(index, 'utf8'))).toMatchObject({ annotations: { 'org.example.team': 'web' } });
  }, 120_000);

  it('gives the same digest on another day, when that is asked for', async () => {
    const first = await build({ reproducible: 'true', 'no-cache': 'true' });
    expect(endOf(first)).toEqual(green);
    const later = new Date(Date.now() + 86_400_000);
    await utimes(path.join(workspace, 'hello.txt'), later, later);
    const second = await build({ reproducible: 'true', 'no-cache': 'true' });
    expect(second.outputs['digest']).toBe(first.outputs['digest']);
    const without = await build({ 'no-cache': 'true' });
    expect(without.outputs['digest']).not.toBe(first.outputs['digest']);
  }, 120_000);

  it('attests how it was built only when that is asked for, and without secrets', async () => {
    const plain = await build({});
    expect(await childrenOf(plain)).toEqual([]);
    const dockerfile = 'FROM scratch\nCOPY hello.txt /\nARG PUBLIC\n';
    const inputs = { provenance: 'max', secrets: 'npm=a very secret value', 'build-args': 'PUBLIC=yes' };
    const attested = await build(inputs, dockerfile);
    expect(endOf(attested)).toEqual(green);
    expect(attested.outputs['platforms']).toBe('linux/amd64');
    const children = await childrenOf(attested);
    expect(children).toHaveLength(2);
    const layout = attested.outputs['oci-layout'] ?? '/nowhere';
    expect(await filesHolding(layout, 'a very secret value')).toEqual([]);
    expect(await filesHolding(layout, 'PUBLIC')).not.toEqual([]);
    const told = attested.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    expect(told.join('\n')).not.toContain('a very secret value');
  }, 120_000);

  it('hands a secret to the step that asks, and keeps it out of every byte', async () => {
    const secret = 'npm=a very secret value';
    const read =
      "const fs = require('fs'); const read = fs.readFileSync('/run/secrets/npm', 'utf8'); fs.writeFileSync('/length', 'length ' + read.length); console.log(read)";
    const run = `RUN --mount=type=secret,id=npm ${JSON.stringify(['node', '-e', read])}`;
    const dockerfile = `ARG BASE\nFROM \${BASE} AS work\n${run}\nFROM scratch\nCOPY --from=work /length /\n`;
    const inputs = {
      'build-args': `BASE=${await baseImage()}`,
      secrets: secret,
      provenance: 'max',
      'no-cache': 'true',
    };
    const end = await build(inputs, dockerfile);
    expect(endOf(end)).toEqual(green);
    const layout = end.outputs['oci-layout'] ?? '/nowhere';
    expect(await filesHolding(layout, 'a very secret value')).toEqual([]);
    expect(await filesHolding(layout, 'length 19')).not.toEqual([]);
    const told = end.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
    expect(told.join('\n')).not.toContain('a very secret value');
  }, 120_000);

  it.each(['', 'linux/amd64, linux/arm64'])(
    'names the line of a step that failed, for platforms %j',
    async (platforms) => {
      const inputs = { 'build-args': `BASE=${await baseImage()}`, secrets: 'npm=x', platforms };
      const end = await build(inputs, FAILING);
      const [onTheFile] = end.commands.filter(({ name }) => name === 'error');
      expect(onTheFile?.properties).toMatchObject({ file: 'Dockerfile', line: FAILING_LINE });
      expect(onTheFile?.message).toMatch(/exit code: 3[^]*error TS1: broken/);
    },
    120_000,
  );

  it('keeps layers in a folder between builds', async () => {
    const cache = { cache: 'local', 'cache-to': '.cache' };
    expect(endOf(await build(cache))).toEqual(green);
    const names = await runProcess({ file: 'ls', args: [path.join(workspace, '.cache')] });
    expect(names.stdout).toContain('index.json');
    const again = await build(cache);
    expect(endOf(again)).toEqual(green);
    expect(again.stdout).toMatch(/importing cache manifest from local/);
  }, 120_000);

  it('builds although the cache cannot be reached, and says so once', async () => {
    const end = await build({ cache: 'registry', 'cache-to': '127.0.0.1:9/none:cache' });
    expect(endOf(end)).toEqual(green);
    expect(warningsOf(end)).toEqual([expect.stringMatching(/^The cache failed, and the build went on without it/)]);
  }, 120_000);

  it.each([
    ["GitHub's cache answers 503", 'gha', { answer: 503 }],
    // Empty, for the sake of time: to each of reading and writing BuildKit gives all the time that it has.
    ["GitHub's cache answers 429 when it is written", 'gha', { answer: 429, reads: 204 }],
    ['the registry answers 429', 'registry', { answer: 429 }],
  ] as const)(
    'builds although %s, and says so once',
    async (_title, cache, service) => {
      const { end, asked } = await buildBeside(cache, service);
      expect(endOf(end)).toEqual(green);
      expect(warningsOf(end)).toEqual([
        expect.stringMatching(/^The cache failed, and the build (?:went on|was begun again) without it/),
      ]);
      expect(asked).toBeGreaterThan(1);
    },
    200_000,
  );

  it.each(['gha', 'registry'] as const)(
    'builds although the cache, %s, never answers, and says so once',
    async (cache) => {
      const { end, asked } = await buildBeside(cache, { answer: 'never' });
      expect(endOf(end)).toEqual(green);
      expect(warningsOf(end)).toEqual([expect.stringMatching(/^The build goes without a cache: .* does not answer/)]);
      expect(asked).toBeGreaterThan(0);
    },
    60_000,
  );
});

const warningsOf = ({ commands }: ActionEnd): readonly string[] =>
  commands.filter(({ name }) => name === 'warning').map(({ message }) => message);

/** Builds with a cache that is not well, and tells how often that was asked. */
async function buildBeside(cache: 'gha' | 'registry', sickness: Sickness) {
  const service = await startSickService(sickness);
  const place = cache === 'registry' ? { 'cache-to': `${service.host}/none:cache` } : {};
  const github = { ACTIONS_RUNTIME_TOKEN: runtimeToken(), ACTIONS_CACHE_URL: `http://${service.host}/` };
  try {
    const end = await build({ cache, 'cache-minutes': '1', ...place }, undefined, cache === 'gha' ? github : {});
    return { end, asked: service.asked() };
  } finally {
    service.close();
  }
}
