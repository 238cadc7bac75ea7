import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BatchGetImageCommand, CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import type { ActionEnd } from '@slipway/testkit';
import { writeImage, type LayoutImage } from './images.js';
import { openScene, type Scene } from './scene.js';

/** Later than any test waits: a call that it hits is one that the registry never answers. */
const NEVER_MS = 600_000;

/** How often it is looked whether the call has come: the action before it has to get the processor. */
const LOOK_MS = 5;

let scene: Scene;
let image: LayoutImage;
beforeAll(async () => {
  scene = await openScene();
  image = await writeImage(path.join(scene.folder, 'layout'), ['one layer', 'another layer']);
});
afterAll(() => scene.close());

/** A push whose n-th request hangs, and which gets the signal then; `reached` is false when it has fewer. */
async function cancelAt(nth: number, signal: NodeJS.Signals) {
  const repository = `shop/${randomUUID()}`;
  await scene.ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
  const from = scene.aws.calls().length;
  const fault = scene.aws.faults.add({ operation: '*', nth, kind: 'delay', delayMs: NEVER_MS });
  let isOver = false;
  const onStart = async (pid: number): Promise<void> => {
    while (!isOver && fault.hits === 0) await setTimeout(LOOK_MS);
    if (!isOver) process.kill(pid, signal);
  };
  const end = await scene.push(
    { 'oci-layout': image.directory, digest: image.digest, repository },
    { onStart: (pid) => void onStart(pid) },
  );
  isOver = true;
  fault.remove();
  const operation = scene.aws
    .calls()
    .slice(from)
    .at(nth - 1)?.operation;
  return { end, repository, reached: fault.hits > 0, operation };
}

async function tagged(repositoryName: string): Promise<string | undefined> {
  const { images } = await scene.ecr.send(
    new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: '1.0.0' }] }),
  );
  return images?.[0]?.imageId?.imageDigest;
}

/** What the runner was told to mask is in nothing else that the action left. */
async function expectNoSecret(end: ActionEnd): Promise<void> {
  const masked = end.commands.filter(({ name }) => name === 'add-mask').map(({ message }) => message);
  const files = (await readdir(scene.folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
  const texts = await Promise.all(files.map((file) => readFile(path.join(file.parentPath, file.name), 'latin1')));
  const shown = end.stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  for (const secret of masked)
    expect([...texts, ...shown, end.stderr].filter((text) => text.includes(secret))).toEqual([]);
  expect(await readdir(scene.folder)).not.toContain('.docker');
}

describe('a push that is cancelled while any one of its requests hangs', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s ends as cancelled, and leaves no secret and no half image',
    async (signal) => {
      let cancelled = 0;
      for (let nth = 1; ; nth += 1) {
        const { end, repository, reached, operation } = await cancelAt(nth, signal);
        await expectNoSecret(end);
        if (!reached) {
          expect(end.outputs['outcome']).toBe('succeeded');
          break;
        }
        cancelled += 1;
        expect([nth, operation, end.outputs['outcome'], end.exitCode]).toEqual([nth, operation, 'cancelled', 1]);
        expect(end.errors).toEqual([expect.stringMatching(/^RUN_CANCELLED: /)]);
        expect([undefined, image.digest]).toContain(await tagged(repository));
      }
      // Two looks at the repository, the token, four requests for each of three blobs, the manifest, the read-back.
      expect(cancelled).toBeGreaterThanOrEqual(16);
    },
    240_000,
  );
});
