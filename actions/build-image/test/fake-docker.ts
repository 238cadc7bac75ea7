import { writeFile } from 'node:fs/promises';
import { DOCKER_MANIFEST, digestOf, OciLayout, type Digest } from '@slipway/oci';
import type { DockerCall, DockerPort } from '@slipway/process';

/** What the fake Docker is like. */
export interface FakeDockerOptions {
  readonly driver: string;
  /** Whether images are kept in containerd's store. */
  readonly containerd?: boolean;
  /** What `buildx build` prints; it fails when there is any. */
  readonly failure?: readonly string[];
  /** Called while a build runs. */
  readonly duringBuild?: () => void;
  /** Whether the engine reaches our loopback address. Defaults to true. */
  readonly reachesUs?: boolean;
  /** Why no builder can be made; it can be when there is nothing. */
  readonly notMade?: string;
  /** Images that the engine has. */
  readonly images?: readonly string[];
  /** What the builder says that it built, when it is not the truth. */
  readonly claimedDigest?: string;
}

/** FakeDocker answers as Docker does, and remembers how it was called. */
export interface FakeDocker {
  readonly docker: DockerPort;
  readonly calls: string[][];
}

const CONFIG = Buffer.from('{"architecture":"amd64","os":"linux"}');
const LAYER = Buffer.from('a layer');

/** The manifest of the image that the fake builds. */
export const MANIFEST = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: DOCKER_MANIFEST,
    config: descriptor('application/vnd.docker.container.image.v1+json', CONFIG),
    layers: [descriptor('application/vnd.docker.image.rootfs.diff.tar.gzip', LAYER)],
  }),
);
export const MANIFEST_DIGEST = digestOf(MANIFEST);
export const IMAGE_ID = digestOf(CONFIG);
export const SIZE_BYTES = CONFIG.length + LAYER.length;

/** fakeDocker makes a Docker without an engine. */
export function fakeDocker(options: FakeDockerOptions): FakeDocker {
  const calls: string[][] = [];
  const made = new Set<string>();
  const docker: DockerPort = async (call) => {
    calls.push([...call.args]);
    const [first = '', second = ''] = call.args;
    if (first === 'buildx') {
      const end = builders(options, made, call.args);
      if (end) return end;
    }
    if (first === 'buildx' && second === 'build') return build(options, call);
    if (first === 'image' && second === 'inspect') {
      return options.images?.includes(call.args.at(-1) ?? '') ? ok('sha256:1') : { ...ok(''), exitCode: 1 };
    }
    if (first === 'info') return ok(JSON.stringify(infoOf(options)));
    const verb = call.args.find((arg) => ['pull', 'push'].includes(arg));
    const [host, name] = (call.args.at(-1) ?? '').split(/[/:](?=slipway-)|:(?=none|image)/);
    if (verb === 'pull') return pull(options, `${host}`, `${name}`);
    if (verb === 'push') return push(`${host}`, `${name}`);
    return ok('');
  };
  return { docker, calls };
}

function infoOf({ containerd }: FakeDockerOptions): object {
  const status = containerd ? [['driver-type', 'io.containerd.snapshotter.v1']] : [['Backing Filesystem', 'extfs']];
  return { ID: 'an engine', DriverStatus: status };
}

/** What buildx answers about builders: there is the current one, and those that were made. */
function builders({ driver, notMade }: FakeDockerOptions, made: Set<string>, args: readonly string[]) {
  const named = args.at(-1) ?? '';
  const unknown = { exitCode: 1, stdout: '', stderr: `ERROR: no builder "${named}" found\n` };
  if (args[1] === 'inspect') {
    if (!named.startsWith('slipway-')) return ok(`Name:   a-builder\nDriver: ${driver}\n\nNodes:\nName: n0\n`);
    return made.has(named) ? ok('') : unknown;
  }
  if (args[1] === 'rm') return made.delete(named) ? ok('') : unknown;
  if (args[1] !== 'create') return undefined;
  if (notMade !== undefined) return { exitCode: 1, stdout: '', stderr: `ERROR: ${notMade}\n` };
  made.add(args.find((arg) => arg.startsWith('--name='))?.slice('--name='.length) ?? '');
  return ok('');
}

async function build(options: FakeDockerOptions, call: DockerCall) {
  options.duringBuild?.();
  call.signal?.throwIfAborted();
  for (const line of options.failure ?? []) call.onLine?.(line);
  if (options.failure) return { exitCode: 1, stdout: '', stderr: '' };
  const value = (option: string) => call.args.find((arg) => arg.startsWith(`--${option}=`))?.slice(option.length + 3);
  const idFile = value('iidfile');
  if (idFile !== undefined) await writeFile(idFile, IMAGE_ID);
  const directory = /dest=([^,]+)/.exec(value('output') ?? '')?.[1];
  const metadataFile = value('metadata-file');
  if (directory !== undefined && metadataFile !== undefined) {
    await writeLayout(directory);
    const digest = options.claimedDigest ?? MANIFEST_DIGEST;
    await writeFile(
      metadataFile,
      JSON.stringify({ 'containerimage.digest': digest, 'containerimage.config.digest': IMAGE_ID }),
    );
  }
  return ok('');
}

/** writeLayout writes the image as a builder that exports would. */
export async function writeLayout(directory: string): Promise<void> {
  const layout = await OciLayout.create(directory);
  for (const blob of [CONFIG, LAYER]) await layout.blobs.write(digestOf(blob), chunks(blob));
  await layout.writeManifest({ mediaType: DOCKER_MANIFEST, bytes: MANIFEST });
}

async function pull({ reachesUs = true }: FakeDockerOptions, host: string, name: string) {
  if (reachesUs) await fetch(`http://${host}/v2/${name}/manifests/none`);
  return { exitCode: 1, stdout: '', stderr: reachesUs ? 'manifest unknown' : 'connection refused' };
}

async function push(host: string, name: string) {
  const base = `http://${host}/v2/${name}`;
  for (const blob of [CONFIG, LAYER]) {
    await fetch(`${base}/blobs/uploads/?digest=${digestOf(blob)}`, { method: 'POST', body: new Uint8Array(blob) });
  }
  const headers = { 'content-type': DOCKER_MANIFEST };
  const put = await fetch(`${base}/manifests/image`, { method: 'PUT', headers, body: new Uint8Array(MANIFEST) });
  return { exitCode: put.status === 201 ? 0 : 1, stdout: '', stderr: await put.text() };
}

function ok(stdout: string) {
  return { exitCode: 0, stdout, stderr: '' };
}

function descriptor(mediaType: string, bytes: Buffer): { mediaType: string; digest: Digest; size: number } {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
