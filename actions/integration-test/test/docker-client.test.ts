import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { watchPrograms } from '@slipway/testkit';
import { createDockerEngine } from '../src/docker.js';

const OWN_PATH = process.env['PATH'];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-client-'));
});
afterEach(async () => {
  process.env['PATH'] = OWN_PATH;
  await rm(folder, { recursive: true });
});

it('a container that the engine cannot stop is not taken for one that was stopped', async () => {
  const { path: programs } = await watchPrograms(folder, { docker: `echo 'cannot stop container: x' >&2; exit 1` });
  process.env['PATH'] = programs;
  const stopped = createDockerEngine(folder).stop('x', 1, new AbortController().signal);
  await expect(stopped).rejects.toMatchObject({
    code: 'TEST_ENGINE_FAILED',
    message: expect.stringContaining('cannot stop container: x'),
  });
});
