import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ensureBaseImage } from '../../../../scripts/base-image.js';
import { DefectScene } from '../deployability/scene.js';
import { docker } from '../images.js';

/** Answers whatever it is asked, each time after a while. */
const PREVIOUS = `
process.on('SIGTERM', () => process.exit(0));
require('node:http').createServer((_, response) => setTimeout(() => response.end('hello'), 30)).listen(8080);
`;
const previous = `slipway-load-previous:${randomUUID()}`;

let scene: DefectScene;
beforeAll(async () => {
  scene = await DefectScene.open(['good', 'unhealthy-later']);
  const context = await mkdtemp(path.join(tmpdir(), 'slipway-load-'));
  await writeFile(path.join(context, 'server.js'), PREVIOUS);
  const lines = [`FROM ${await ensureBaseImage()}`, 'COPY server.js /', 'CMD ["node", "/server.js"]'];
  await writeFile(path.join(context, 'Dockerfile'), lines.join('\n'));
  await docker('build', '--quiet', '--tag', previous, context);
  await rm(context, { recursive: true });
}, 120_000);
afterAll(async () => {
  await docker('image', 'rm', previous);
  await scene.close();
});

it('compares the image with the previous one under load, leaves it running, and post removes it', async () => {
  const inputs = {
    ...{ deployability: 'non-root=error', 'previous-image': previous, 'keep-running': 'true' },
    ...{ 'load-requests-per-second': '100', 'load-seconds': '2', 'load-paths': '/', 'load-max-slower-percent': '50' },
  };
  const end = await scene.run('good', inputs);
  expect(end.errors).toEqual([]);
  expect(end.outputs).toMatchObject({ outcome: 'succeeded', 'error-rate': '0', failed: '0' });
  // Two checks, whether it runs as root, and three limits: rate, failures, the previous image.
  expect(await readFile(end.outputs['junit'] ?? '', 'utf8')).toContain('<testsuites tests="6" failures="0"');
  expect(Number(end.outputs['p95-ms'])).toBeGreaterThan(0);
  expect(end.report).toMatchObject({ load: { failed: 0, previous: { failed: 0 }, memoryMib: expect.any(Number) } });
  expect(end.summary).toContain('xychart-beta');
  expect(await (await fetch(end.outputs['base-url'] ?? '')).text()).toBe('hello');
  expect((await scene.left()).filter((name) => name.includes('-previous'))).toEqual([]);
  const post = await scene.run('good', inputs, { phase: 'post', state: end.state });
  expect(post.exitCode).toBe(0);
  expect(await scene.left()).toEqual([]);
}, 90_000);

it('fails with the limit that is broken, on however busy a machine, and leaves nothing running', async () => {
  const end = await scene.run('unhealthy-later', {
    ...{ deployability: '', 'keep-running': 'true', 'load-connections': '4', 'load-seconds': '1' },
    'load-paths': '/health',
  });
  expect(end.report).toMatchObject({ outcome: 'failed', error: { code: 'TEST_LOAD_FAILED' } });
  expect(end.outputs).toMatchObject({ outcome: 'failed', passed: '2', failed: '1' });
  expect(Number(end.outputs['error-rate'])).toBeGreaterThan(0);
  expect(end.outputs).not.toHaveProperty('base-url');
  expect(await readFile(end.outputs['junit'] ?? '', 'utf8')).toMatch(/<failure message="[^"]* × status 503"/);
  expect(end.summary.indexOf('### Load: 1 of 1 limits broken')).toBe(0);
  expect(await scene.left()).toEqual([]);
}, 60_000);
