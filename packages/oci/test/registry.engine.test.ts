import { randomUUID } from 'node:crypto';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { childEnvironment, runProcess } from '@slipway/process';
import {
  isDigest,
  layoutStorage,
  OciLayout,
  startRegistry,
  type Digest,
  type ManifestPut,
  type RunningRegistry,
} from '../src/index.js';
import { temporaryDirectories } from './sample-image.js';

const directories = temporaryDirectories();
const images = new Set<string>();
let layout: OciLayout;
let registry: RunningRegistry;
const puts: ManifestPut[] = [];
let dockerConfig: string;

async function docker(...args: string[]): Promise<string> {
  const env = childEnvironment({ DOCKER_CONFIG: dockerConfig });
  const { exitCode, stdout, stderr } = await runProcess({ file: 'docker', args, env, timeoutMs: 60_000 });
  if (exitCode !== 0) throw new Error(`docker ${args[0] ?? ''}: ${stderr}`);
  return stdout.trim();
}

/** An image that runs: one program of this machine with the libraries that it is linked to. */
async function importProgram(program: string, image: string): Promise<void> {
  const root = await directories.make();
  const { stdout } = await runProcess({ file: 'ldd', args: [program] });
  const libraries = stdout.match(/\/\S+(?= \()/g) ?? [];
  for (const file of [program, ...libraries]) {
    await mkdir(join(root, dirname(file)), { recursive: true });
    await cp(file, join(root, file), { dereference: true });
  }
  const tar = join(await directories.make(), 'root.tar');
  await runProcess({ file: 'tar', args: ['--create', '--file', tar, '--directory', root, '.'] });
  await docker('import', tar, image);
  images.add(image);
}

beforeAll(async () => {
  dockerConfig = await directories.make();
  await writeFile(join(dockerConfig, 'config.json'), '{}');
  layout = await OciLayout.create(join(await directories.make(), 'layout'));
  registry = await startRegistry({ storage: layoutStorage(layout), onManifestPut: (put) => puts.push(put) });
});

afterAll(async () => {
  for (const image of images) await docker('rmi', '--force', image).catch(() => undefined);
  await registry.close();
  await directories.removeAll();
});

describe('a loopback registry on a layout', () => {
  it('takes an image from docker, tells its manifest digest, and gives it back to run', async () => {
    const image = `${registry.host}/oci-test-${randomUUID()}:v1`;
    await importProgram('/bin/echo', image);
    const said = /digest: (sha256:[a-f0-9]{64})/.exec(await docker('push', image))?.[1];
    expect(puts.map(({ digest, tag }) => ({ digest, tag }))).toEqual([{ digest: said, tag: 'v1' }]);
    expect(isDigest(said)).toBe(true);
    const { blobs } = await layout.walk(said as Digest);
    expect(blobs).toHaveLength(2);

    await docker('rmi', image);
    const byDigest = `${image.replace(/:v1$/, '')}@${said ?? ''}`;
    images.add(byDigest);
    expect(await docker('run', '--rm', byDigest, '/bin/echo', 'it runs')).toBe('it runs');
  });
});
