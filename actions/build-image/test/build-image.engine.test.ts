import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { layoutStorage, OciLayout, startRegistry, type Digest } from '@slipway/oci';
import { runProcess } from '@slipway/process';
import { runAction, type ActionEnd } from '@slipway/testkit';
import { ensureBaseImage } from '../../../scripts/base-image.js';
import { FAILING, FAILING_LINE, filesHolding } from './every-byte.js';

let workspace: string;
let temp: string;

beforeEach(async () => {
  workspace = await mkdtemp(path.join(tmpdir(), 'slipway-build-'));
  temp = path.join(workspace, '.temp');
  await mkdir(temp);
  await writeFile(path.join(workspace, 'hello.txt'), `hello from ${randomUUID()}\n`);
});
afterEach(() => rm(workspace, { recursive: true, force: true }));

interface Start {
  readonly dockerfile?: string;
  readonly inputs?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly onLine?: (line: string) => void;
}

async function build({ dockerfile, inputs = {}, environment = {}, ...rest }: Start = {}): Promise<ActionEnd> {
  await writeFile(path.join(workspace, 'Dockerfile'), dockerfile ?? 'FROM scratch\nCOPY hello.txt /\nCMD ["/hello"]\n');
  return runAction({
    action: 'build-image',
    ...{ inputs, workspace, temp, environment: { GITHUB_SHA: 'a'.repeat(40), ...environment } },
    timeoutMs: 90_000,
    ...rest,
  });
}

async function docker(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runProcess({ file: 'docker', args, timeoutMs: 30_000 });
  if (exitCode !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** The engine must have forgotten the run's name, and the disk everything but a layout that was given out. */
async function expectNothingLeft({ state, outputs }: ActionEnd): Promise<void> {
  const name = state['workFolder'] ? path.basename(state['workFolder']).slice('.'.length) : 'no build was begun';
  expect(await docker('images', '--all', '--digests')).not.toContain(name);
  const files = await readdir(path.join(temp, 'slipway'));
  const layouts = outputs['digest'] === undefined ? [] : [path.basename(outputs['oci-layout'] ?? '')];
  expect(files.filter((file) => !file.endsWith('.json'))).toEqual(layouts);
}

async function manifestOf({ outputs }: ActionEnd): Promise<Buffer> {
  const name = (outputs['digest'] ?? '').replace('sha256:', '');
  return readFile(path.join(outputs['oci-layout'] ?? '', 'blobs', 'sha256', name));
}

describe('a build', () => {
  it("gives the digest of the manifest's bytes, and a layout that holds the image", async () => {
    const end = await build({ inputs: { version: '1.4.2', labels: 'team=web' } });
    expect(end.exitCode).toBe(0);
    const manifest = await manifestOf(end);
    expect(end.outputs['digest']).toBe(`sha256:${createHash('sha256').update(manifest).digest('hex')}`);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', version: '1.4.2' });
    const { config, layers } = JSON.parse(manifest.toString()) as Record<string, { digest: Digest; size: number }[]> & {
      config: { digest: Digest; size: number };
    };
    expect(end.outputs['image-id']).toBe(config.digest);
    expect(end.outputs['size-bytes']).toBe(
      String(config.size + (layers ?? []).reduce((sum, { size }) => sum + size, 0)),
    );
    const layout = await OciLayout.open(end.outputs['oci-layout'] ?? '');
    const image = JSON.parse(String(await layout.blobs.read(config.digest))) as { config: { Labels: object } };
    expect(image.config.Labels).toEqual({
      'org.opencontainers.image.revision': 'a'.repeat(40),
      'org.opencontainers.image.source': 'https://github.com/example/hello-service',
      'org.opencontainers.image.version': '1.4.2',
      team: 'web',
    });
    expect(end.summary).toContain(end.outputs['digest']);
    await expectNothingLeft(end);
  });

  it('gives the same digest again when nothing changed, through another registry', async () => {
    const first = await build();
    const second = await build({ inputs: { 'oci-layout': 'out/image' } });
    expect(second.outputs['digest']).toBe(first.outputs['digest']);
    expect(second.outputs['oci-layout']).toBe(path.join(workspace, 'out/image'));
    expect(await manifestOf(second)).toEqual(await manifestOf(first));
  });

  it('gives bytes that run under that very digest', async () => {
    const base = await ensureBaseImage();
    const say = 'console.log(`version ${process.env.VERSION}`)';
    const dockerfile = `ARG BASE\nFROM \${BASE} AS base\nARG VERSION\nENV VERSION=\${VERSION}\nCMD ${JSON.stringify(['node', '-e', say])}\nFROM scratch AS other\n`;
    const end = await build({ dockerfile, inputs: { target: 'base', 'build-args': `BASE=${base}\nVERSION=7` } });
    expect(end.errors).toEqual([]);
    const registry = await startRegistry({
      storage: layoutStorage(await OciLayout.open(end.outputs['oci-layout'] ?? '')),
      readOnly: true,
    });
    const reference = `${registry.host}/slipway-build-test@${end.outputs['digest'] ?? ''}`;
    try {
      expect(await docker('run', '--rm', reference)).toBe('version 7\n');
    } finally {
      await docker('image', 'rm', reference);
      await registry.close();
    }
    await expectNothingLeft(end);
  }, 120_000);

  it('stays on the engine under a name, when that is asked for', async () => {
    const name = `slipway-build-test-${randomUUID()}:kept`;
    const end = await build({ inputs: { 'load-as': name } });
    try {
      expect({ errors: end.errors, image: end.outputs['image'] }).toEqual({ errors: [], image: name });
      const id = await docker('image', 'inspect', '--format={{.Id}} {{json .RepoTags}}', name);
      expect(id.trim()).toBe(`${end.outputs['image-id'] ?? ''} ["${name}"]`);
    } finally {
      await docker('image', 'rm', name);
    }
    await expectNothingLeft(end);
  });

  it("leaves the user's own name of the same image alone", async () => {
    const own = `slipway-build-test-${randomUUID()}:kept`;
    const first = await build();
    await docker('buildx', 'build', '--quiet', '--load', `--tag=${own}`, ...labels(), workspace);
    try {
      const second = await build();
      expect(second.outputs['image-id']).toBe((await docker('image', 'inspect', '--format={{.Id}}', own)).trim());
      expect(second.outputs['digest']).toBe(first.outputs['digest']);
      expect((await docker('image', 'inspect', '--format={{json .RepoTags}} {{json .RepoDigests}}', own)).trim()).toBe(
        `["${own}"] []`,
      );
      await rm(first.outputs['oci-layout'] ?? '', { recursive: true });
      await expectNothingLeft(second);
    } finally {
      await docker('image', 'rm', own);
    }
  });
});

/** The labels that the action gives, for a build by hand of the same image. */
function labels(): string[] {
  return [
    `--label=org.opencontainers.image.revision=${'a'.repeat(40)}`,
    '--label=org.opencontainers.image.source=https://github.com/example/hello-service',
    '--label=org.opencontainers.image.version=aaaaaaaaaaaa',
  ];
}

describe('a build with a secret', () => {
  it.each(['secrets', 'secret-files'])(
    'of %s gives it to the step that asks, and to no log and no layer',
    async (kind) => {
      const base = await ensureBaseImage();
      const secret = `very-secret-${randomUUID()}`;
      // Of a file, a program prints what it needs: the value, and not the line that it stands in.
      const read =
        "const fs = require('fs'); const text = fs.readFileSync('/run/secrets/npm', 'utf8'); fs.writeFileSync('/length', String(text.length)); console.log(text.split('=').at(-1))";
      const run = `RUN --mount=type=secret,id=npm ${JSON.stringify(['node', '-e', read])}`;
      const dockerfile = `ARG BASE\nFROM \${BASE} AS work\n${run}\nFROM scratch\nCOPY --from=work /length /\n`;
      const [given, text] = kind === 'secrets' ? [secret, secret] : ['.npmrc', `//r.example/:_authToken=${secret}`];
      await writeFile(path.join(workspace, '.npmrc'), text);
      const inputs = { 'build-args': `BASE=${base}`, [kind]: `npm=${given}`, 'no-cache': 'true' };
      const end = await build({ dockerfile, inputs });
      expect(end.errors).toEqual([]);
      const told = end.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
      expect(told.join('\n')).not.toContain(secret);
      expect(end.stdout).toMatch(/\*\*\*/);
      const layout = end.outputs['oci-layout'] ?? '/nowhere';
      expect(await filesHolding(layout, secret)).toEqual([]);
      // The one file that the image has: what looks through the layout would have found it.
      expect(await filesHolding(layout, String(text.length))).not.toEqual([]);
      await expectNothingLeft(end);
    },
    120_000,
  );
});

describe('a stage of unit tests', () => {
  it('is built first; when it fails its output is shown and no image is built', async () => {
    const base = await ensureBaseImage();
    const script = (code: number) => JSON.stringify(['node', '-e', `console.log('4 passing'); process.exit(${code})`]);
    const dockerfile = (code: number): string =>
      `ARG BASE\nFROM \${BASE} AS unit\nRUN ${script(code)}\nFROM scratch\nCOPY hello.txt /\n`;
    const inputs = { 'build-args': `BASE=${base}`, 'unit-test-target': 'unit', 'no-cache': 'true' };
    const good = await build({ dockerfile: dockerfile(0), inputs });
    expect({ errors: good.errors, outcome: good.outputs['outcome'] }).toEqual({ errors: [], outcome: 'succeeded' });
    expect(good.stdout).toMatch(/4 passing/);
    await rm(good.outputs['oci-layout'] ?? '', { recursive: true });
    const bad = await build({ dockerfile: dockerfile(2), inputs });
    expect(bad.errors.join('\n')).toMatch(/BUILD_UNIT_TESTS_FAILED: The stage 'unit' failed/);
    expect(bad.outputs['digest']).toBeUndefined();
    await expectNothingLeft(bad);
  }, 120_000);
});

describe('a build that fails', () => {
  it('names the line of what is missing', async () => {
    const end = await build({ dockerfile: 'FROM scratch\n\nCOPY hello.txt /\nCOPY missing.txt /\n' });
    expect(end.exitCode).toBe(1);
    expect(end.outputs).toMatchObject({ outcome: 'failed' });
    const [onTheFile, last] = end.commands.filter(({ name }) => name === 'error');
    expect(onTheFile?.properties).toMatchObject({ file: 'Dockerfile', line: '4' });
    expect(last?.message).toMatch(/^BUILD_FAILED: The build of Dockerfile:4 failed in the step .*COPY missing\.txt/);
    await expectNothingLeft(end);
  });

  it('names the line, the command and the output of a step in the middle of several stages', async () => {
    const inputs = { 'build-args': `BASE=${await ensureBaseImage()}`, secrets: 'npm=a very secret value' };
    const end = await build({ dockerfile: FAILING, inputs });
    const [onTheFile, last] = end.commands.filter(({ name }) => name === 'error');
    expect(onTheFile?.properties).toMatchObject({ file: 'Dockerfile', line: FAILING_LINE });
    expect(onTheFile?.properties['title']).toMatch(/^\[build 3\/4\] RUN --mount=type=secret/);
    for (const { message } of [onTheFile, last].flatMap((one) => (one ? [one] : []))) {
      // Of two streams BuildKit keeps no order.
      expect(message).toMatch(/exit code: 3[^]*compiling/);
      expect(message).toMatch(/exit code: 3[^]*error TS1: broken/);
    }
    expect(end.stdout).not.toMatch(/never\n/);
    await expectNothingLeft(end);
  }, 120_000);

  it('shows what the failing step printed, and runs none of it', async () => {
    const base = await ensureBaseImage();
    const script = "console.log('::error::from the build'); console.error('tests failed: 3'); process.exit(3)";
    const dockerfile = `ARG BASE\nFROM \${BASE}\nRUN ${JSON.stringify(['node', '-e', script])}\n`;
    const end = await build({ dockerfile, inputs: { 'build-args': `BASE=${base}` } });
    expect(end.errors.at(-1)).toMatch(/^BUILD_FAILED: [^]*tests failed: 3/);
    expect(end.errors).not.toContain('from the build');
    await expectNothingLeft(end);
  }, 120_000);

  it.each([
    { what: 'an instruction that there is not', dockerfile: 'FROM scratch\nCOPPY hello.txt /\n', code: 'BUILD_FAILED' },
    { what: 'a stage that there is not', inputs: { target: 'nope' }, code: 'BUILD_FAILED' },
    { what: 'a Dockerfile that there is not', inputs: { file: 'nope' }, code: 'BUILD_DOCKERFILE_NOT_FOUND' },
    { what: 'a context that there is not', inputs: { context: 'nope' }, code: 'BUILD_CONTEXT_NOT_FOUND' },
    { what: 'a builder that there is not', inputs: { builder: 'nope' }, code: 'BUILD_BUILDER_NOT_FOUND' },
    { what: 'a target like an option', inputs: { target: '--push' }, code: 'INPUT_INVALID' },
  ] as (Start & { what: string; code: string })[])('with $what says so', async ({ code, ...start }) => {
    const end = await build(start);
    expect(end.exitCode).toBe(1);
    expect(end.outputs['outcome']).toBe('failed');
    expect(end.errors.at(-1)).toMatch(new RegExp(`^${code}: `));
    await expectNothingLeft(end);
  });

  it('says that no engine answers', async () => {
    const end = await build({ environment: { DOCKER_HOST: 'unix:///nowhere/docker.sock' } });
    expect(end.errors).toEqual([expect.stringMatching(/^BUILD_ENGINE_MISSING: /)]);
  });
});

describe('a build that is cancelled', () => {
  it('ends soon and leaves nothing', async () => {
    const base = await ensureBaseImage();
    const script = `console.log('slow step ${randomUUID()}'); setTimeout(() => {}, 60_000)`;
    const dockerfile = `ARG BASE\nFROM \${BASE}\nRUN ${JSON.stringify(['node', '-e', script])}\n`;
    const controller = new AbortController();
    const ended = build({
      dockerfile,
      inputs: { 'build-args': `BASE=${base}` },
      signal: controller.signal,
      // The step's own output, not the line that names the step.
      onLine: (line) => void (/^\| #\d+ \d+\.\d+ slow step/.test(line) && controller.abort()),
    });
    await expect(ended).rejects.toMatchObject({ code: 'PROCESS_ABORTED' });
    expect(await readdir(path.join(temp, 'slipway'))).toEqual([expect.stringMatching(/^build-image-.*\.json$/)]);
    const [report] = await readdir(path.join(temp, 'slipway'));
    const told = JSON.parse(await readFile(path.join(temp, 'slipway', report ?? ''), 'utf8')) as { outcome: string };
    expect(told.outcome).toBe('cancelled');
  }, 120_000);

  it('is cleaned up in post when it was killed', async () => {
    const name = `slipway-${randomUUID()}`;
    const workFolder = path.join(temp, 'slipway', `.${name}`);
    await mkdir(workFolder, { recursive: true });
    await writeFile(path.join(workspace, 'Dockerfile'), 'FROM scratch\nCOPY hello.txt /\n');
    const tag = `127.0.0.1:1/${name}:image`;
    await docker('buildx', 'build', '--quiet', '--load', `--tag=${tag}`, workspace);
    const killed = {
      slipwayIsPost: 'true',
      slipwayStarted: 'true',
      workFolder,
      temporaryTag: tag,
      engineArguments: '[]',
    };
    const post = await runAction({ action: 'build-image', inputs: {}, workspace, temp, phase: 'post', state: killed });
    expect(post.exitCode).toBe(0);
    expect(await docker('images', '--all')).not.toContain(name);
    expect(await readdir(path.join(temp, 'slipway'))).toEqual([]);
  });
});
