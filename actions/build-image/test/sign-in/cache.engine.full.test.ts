import { rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { definition } from '../../src/inputs.js';
import type { BuildStep } from '../../src/steps.js';
import { endOf, GREEN, toldBy, warningsOf } from '../build-scene.js';
import { docker, ENSURE_TIMEOUT_MS, startContainerBuilder, type ContainerBuilder } from '../container-builder.js';
import { openEcrScene, ROLE, type EcrScene } from './ecr-scene.js';

/** The builder of all tests here, which the user of the job has among his own. */
let builder: ContainerBuilder;
beforeAll(async () => {
  builder = await startContainerBuilder();
}, ENSURE_TIMEOUT_MS);
afterAll(() => builder.close(), 60_000);

let scene: EcrScene;
beforeEach(async () => {
  scene = await openEcrScene();
  const builders = path.join(process.env['DOCKER_CONFIG'] ?? path.join(homedir(), '.docker'), 'buildx');
  const own = path.join(scene.home, '.docker/buildx');
  await rm(own, { recursive: true });
  await symlink(builders, own);
}, 60_000);
afterEach(() => scene.close());

it('a cache in ECR is written and read, and a base image read, with no more rights than the README names', async () => {
  const inputs = { builder: builder.name, cache: 'registry', 'cache-to': scene.cache, 'role-to-assume': ROLE };
  const dockerfile = `FROM ${scene.base} AS files\nCOPY hello.txt /app.txt\nFROM scratch\nCOPY --from=files /app.txt /\n`;
  const first = await scene.build(dockerfile, { inputs });
  expect({ ...endOf(first), warnings: warningsOf(first) }).toEqual({ ...GREEN, warnings: [] });
  expect(scene.questions()).toBe(1);
  await docker('buildx', 'prune', '--builder', builder.name, '--all', '--force');
  const second = await scene.build(dockerfile, { inputs });
  expect({ ...endOf(second), warnings: warningsOf(second) }).toEqual({ ...GREEN, warnings: [] });
  const steps = second.report?.['steps'] as readonly BuildStep[];
  const made = steps.filter(({ name }) => /^\[(?!internal).*\] COPY/.test(name)).map(({ end }) => end);
  expect(made).toEqual(['cached', 'cached']);
  expect(toldBy(second)).toContain('for this step alone');
  const allowed = new Set(definition.permissions.flatMap(({ actions }) => actions));
  // BuildKit sends a layer in one piece. ECR's guide asks for the right to send parts whoever pushes.
  allowed.delete('ecr:UploadLayerPart');
  // The job's own user is who takes the role.
  expect(scene.permissions()).toEqual([...allowed, 'sts:AssumeRole'].sort());
}, 120_000);
