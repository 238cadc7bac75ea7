import { randomUUID } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BatchGetImageCommand, CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { childEnvironment, runProcess } from '@slipway/process';
import { REPOSITORY } from '@slipway/testkit';
import { openScene, type Scene } from './scene.js';

let scene: Scene;
let engine: string;
const name = `slipway-push-${randomUUID()}`;
/** Of this store, an image's id is its manifest's digest, or its index's. */
let id: string;

beforeAll(async () => {
  engine = (await run(path.join(REPOSITORY, 'scripts/ensure-containerd-engine.sh'))).trim();
  scene = await openScene();
  await writeFile(path.join(scene.folder, 'file.txt'), `a file of ${name}`);
  await writeFile(path.join(scene.folder, 'Dockerfile'), 'FROM scratch\nCOPY file.txt /\n');
  // With attestations it is an index: what a stock `docker build` makes on such an engine.
  await run('docker', 'buildx', 'build', '--quiet', '--provenance=mode=max', '--load', `--tag=${name}`, scene.folder);
  id = (await run('docker', 'image', 'inspect', '--format', '{{.Id}}', name)).trim();
}, 200_000);
afterAll(async () => {
  await run('docker', 'image', 'rm', '--force', name);
  await scene.close();
}, 60_000);

async function run(file: string, ...args: readonly string[]): Promise<string> {
  const env = childEnvironment(engine === undefined ? {} : { DOCKER_HOST: engine });
  const { exitCode, stdout, stderr } = await runProcess({ file, args, env, timeoutMs: 180_000 });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}

async function push(inputs: Readonly<Record<string, string>>) {
  const repository = `shop/${randomUUID()}`;
  await scene.ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
  const end = await scene.push({ repository, ...inputs }, { environment: { DOCKER_HOST: engine } });
  return { end, repository };
}

describe('an image of an engine with the containerd image store', () => {
  it('is pushed with the very digest that the engine has, and what its index lists', async () => {
    const { end, repository } = await push({ image: name, digest: id });
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', pushed: 'true', digest: id });
    const imageIds = [{ imageTag: '1.0.0' }];
    const { images } = await scene.ecr.send(new BatchGetImageCommand({ repositoryName: repository, imageIds }));
    const index = JSON.parse(images?.[0]?.imageManifest ?? '{}') as { manifests?: { annotations?: object }[] };
    expect(index.manifests).toHaveLength(2);
    expect(index.manifests?.[1]?.annotations).toMatchObject({ 'vnd.docker.reference.type': 'attestation-manifest' });
    const names = JSON.parse(
      await run('docker', 'image', 'inspect', '--format', '{{json .RepoTags}}', name),
    ) as string[];
    expect(names).toEqual([`${name}:latest`]);
    expect((await readdir(path.join(scene.folder, 'slipway'))).filter((entry) => entry.startsWith('.'))).toEqual([]);
  }, 60_000);

  it('is named by that digest alone', async () => {
    const { end } = await push({ image: `${name}@${id}` });
    expect([end.errors, end.outputs['digest']]).toEqual([[], id]);
  }, 60_000);

  it('is not pushed when it is not what was tested', async () => {
    const { end } = await push({ image: name, digest: `sha256:${'0'.repeat(64)}` });
    expect(end.errors).toEqual([expect.stringMatching(/^PUSH_DIGEST_NOT_TESTED: /)]);
  }, 60_000);
});
