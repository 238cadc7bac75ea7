import { randomUUID } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { docker } from '@slipway/process';
import { openScene, type Scene } from './scene.js';

let scene: Scene;
const name = `slipway-push-${randomUUID()}`;
let id: string;

beforeAll(async () => {
  scene = await openScene();
  await writeFile(path.join(scene.folder, 'file.txt'), `a file of ${name}`);
  await writeFile(path.join(scene.folder, 'Dockerfile'), 'FROM scratch\nCOPY file.txt /\n');
  await succeed('build', '--quiet', `--tag=${name}`, scene.folder);
  id = await succeed('image', 'inspect', '--format', '{{.Id}}', name);
}, 60_000);
afterAll(async () => {
  await docker({ args: ['image', 'rm', '--force', name] });
  await scene.close();
});

async function succeed(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await docker({ args, timeoutMs: 60_000 });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

async function push(inputs: Readonly<Record<string, string>>) {
  const repository = `shop/${randomUUID()}`;
  await scene.ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
  return scene.push({ repository, ...inputs });
}

describe("an image of the machine's own engine", () => {
  it('is pushed by its name, its id being what was tested, and gets one digest each time', async () => {
    const first = await push({ image: name, digest: id });
    expect(first.errors).toEqual([]);
    expect(first.outputs).toMatchObject({ outcome: 'succeeded', pushed: 'true' });
    const second = await push({ image: id });
    expect(second.outputs['digest']).toBe(first.outputs['digest']);
    const names = await succeed('image', 'inspect', '--format', '{{json .RepoTags}}', id);
    expect(JSON.parse(names)).toEqual([`${name}:latest`]);
    expect((await readdir(path.join(scene.folder, 'slipway'))).filter((entry) => entry.startsWith('.'))).toEqual([]);
  });

  it('is not pushed when it is not what was tested', async () => {
    const end = await push({ image: name, digest: `sha256:${'0'.repeat(64)}` });
    expect(end.errors).toEqual([expect.stringMatching(/^PUSH_DIGEST_NOT_TESTED: /)]);
    expect(end.outputs).not.toHaveProperty('digest');
  });

  it('has to be there', async () => {
    const end = await push({ image: `${name}-not`, digest: id });
    expect(end.errors).toEqual([expect.stringMatching(/^PUSH_IMAGE_NOT_FOUND: /)]);
  });
});
