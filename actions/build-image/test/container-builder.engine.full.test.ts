import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '@slipway/core';
import { openLoopbackRegistry, serveLayout } from '@slipway/oci';
import * as programs from '@slipway/process';
import type { ActionEnd } from '@slipway/testkit';
import { OwnBuilder, removeOwnBuilder } from '../src/own-builder.js';
import { run } from '../src/run.js';
import { isSilent } from '../src/silent-cache.js';
import type { BuildStep } from '../src/steps.js';
import { endOf, GREEN, makeBuildScene, warningsOf, type BuildScene } from './build-scene.js';
import { startSickService } from './cache-service.js';
import {
  docker,
  ENSURE_TIMEOUT_MS,
  ensureBuildKit,
  provideContainer,
  startContainerBuilder,
  type ContainerBuilder,
} from './container-builder.js';
import { makeSetting, NO_AWS } from './setting.js';
import { startWatchedRegistry, type AskedOf, type WatchedRegistry } from './watched-registry.js';

/** The builder of all tests here: one that others began a job with. */
let builder: ContainerBuilder;
beforeAll(async () => {
  builder = await startContainerBuilder();
}, ENSURE_TIMEOUT_MS);
afterAll(() => builder.close(), 60_000);

let folder: string;
let scene: BuildScene;
let registry: WatchedRegistry;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-registry-'));
  registry = await startWatchedRegistry(folder);
  scene = await makeBuildScene({ inputs: { builder: builder.name } });
});
afterEach(async () => {
  await registry.close();
  await scene.close();
  await rm(folder, { recursive: true, force: true });
});

const STAGES = 'FROM scratch AS files\nCOPY hello.txt /\nFROM scratch\nCOPY --from=files /hello.txt /app/\n';

/** How the steps of the Dockerfile itself ended. */
function endsOf({ report }: ActionEnd): readonly string[] {
  const steps = report?.['steps'] as readonly BuildStep[];
  return steps.filter(({ name }) => /^\[(?!internal)/.test(name)).map(({ end }) => end);
}

it('gives the engine the image under a name, of the builder that is the current one', async () => {
  const name = `slipway-build-test-${randomUUID()}:kept`;
  const inputs = { builder: '', 'load-as': name };
  const end = await scene.build({ inputs, environment: { BUILDX_BUILDER: builder.name } });
  try {
    expect(endOf(end)).toEqual(GREEN);
    expect(end.stdout).toContain(`Builder '${builder.name}' (docker-container)`);
    const id = await docker('image', 'inspect', '--format={{.Id}} {{json .RepoTags}}', name);
    expect(id.trim()).toBe(`${end.outputs['image-id'] ?? ''} ["${name}"]`);
  } finally {
    await docker('image', 'rm', name);
  }
}, 120_000);

describe('a cache', () => {
  it.each(['registry', 'local'])(
    'of the kind %s gives a new builder what another one built',
    async (cache) => {
      const inputs = { cache, 'cache-to': cache === 'registry' ? `${registry.host}/shop/web:cache` : '.cache' };
      await writeFile(path.join(scene.workspace, 'hello.txt'), `hello from ${randomUUID()}\n`);
      const first = await scene.build({ dockerfile: STAGES, inputs });
      expect({ ...endOf(first), steps: endsOf(first), warnings: warningsOf(first) }).toEqual({
        ...GREEN,
        steps: ['done', 'done'],
        warnings: [],
      });
      const another = await startContainerBuilder();
      try {
        const second = await scene.build({ dockerfile: STAGES, inputs: { ...inputs, builder: another.name } });
        expect({ ...endOf(second), steps: endsOf(second), warnings: warningsOf(second) }).toEqual({
          ...GREEN,
          steps: ['cached', 'cached'],
          warnings: [],
        });
        expect(second.outputs['digest']).toBe(first.outputs['digest']);
      } finally {
        await another.close();
      }
    },
    120_000,
  );

  it('that cannot be reached leaves the build green, and is warned of once', async () => {
    const end = await scene.build({ inputs: { cache: 'registry', 'cache-to': '127.0.0.1:9/none:cache' } });
    expect(endOf(end)).toEqual(GREEN);
    expect(warningsOf(end)).toEqual([expect.stringMatching(/^The cache failed, and the build went on without it/)]);
  }, 120_000);

  it('that answers 503 leaves the build green, and is warned of once', async () => {
    const service = await startSickService({ answer: 503 });
    try {
      const end = await scene.build({ inputs: { cache: 'registry', 'cache-to': `${service.host}/none:cache` } });
      expect(endOf(end)).toEqual(GREEN);
      expect(warningsOf(end)).toEqual([expect.stringMatching(/^The cache failed, and the build went on without it/)]);
      expect(service.asked()).toBeGreaterThan(1);
    } finally {
      service.close();
    }
  }, 120_000);
});

/** The minute that a cache has at least, and what BuildKit is granted beyond it, in three seconds; all else as it is. */
const SHORT_PATIENCE: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms > 60_000 ? ms / 20 : ms);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason as Error);
      });
    }),
};

/** Builds by the action's own run, with the clock above. */
async function buildImpatiently(
  cacheTo: string,
  inputs: Parameters<typeof makeSetting>[0] = { builder: builder.name },
): Promise<{ readonly outcome: string; readonly log: readonly string[] }> {
  const cache = { cache: 'registry', 'cache-to': cacheTo, 'cache-minutes': 1 } as const;
  const setting = await makeSetting({ ...cache, ...inputs });
  try {
    const own = new OwnBuilder(setting.context, programs.docker);
    const { 'builder-image': image } = inputs;
    if (image !== undefined) await provideContainer(image, () => Promise.resolve(own.name));
    await writeFile(path.join(setting.folder, 'app/hello.txt'), `hello from ${randomUUID()}\n`);
    const { outcome } = await run(
      { ...setting.context, clock: SHORT_PATIENCE },
      {
        docker: programs.docker,
        commitTime: () => Promise.resolve(1),
        isSilent,
        serveLayout,
        openRegistry: openLoopbackRegistry,
        ...NO_AWS,
      },
    );
    return { outcome, log: setting.log };
  } finally {
    await removeOwnBuilder(setting.context, programs.docker);
    await setting.close();
  }
}

const isManifest = ({ path: where }: AskedOf): boolean => where.includes('/manifests/');
const isUpload = ({ path: where }: AskedOf): boolean => where.includes('/blobs/uploads/');

describe('a cache that falls silent', () => {
  it.each([
    ['while it is read', isManifest, /importing cache manifest/],
    ['while it is written', isUpload, /exporting cache to registry/],
  ])(
    '%s is given up, and the builder stopped, which goes on building',
    async (_when, question, step) => {
      registry.fallSilent(question);
      const { outcome, log } = await buildImpatiently(`${registry.host}/shop/web:cache`);
      expect(outcome).toBe('succeeded');
      expect(registry.asked.filter(question)).not.toEqual([]);
      expect(log.filter((line) => line.startsWith('warning'))).toEqual([expect.stringMatching(step)]);
      expect(log).toContain(`info The builder '${builder.name}' was stopped, to free it.`);
      expect(endOf(await scene.build())).toEqual(GREEN);
    },
    120_000,
  );

  it('holds a builder that cannot be stopped, and another is made in its place', async () => {
    const remote = `slipway-test-${randomUUID()}`;
    const address = `docker-container://buildx_buildkit_${builder.name}0`;
    await docker('buildx', 'create', `--name=${remote}`, '--driver=remote', address);
    try {
      registry.fallSilent(isManifest);
      const inputs = { builder: remote, 'builder-image': await ensureBuildKit() };
      const { outcome, log } = await buildImpatiently(`${registry.host}/shop/web:cache`, inputs);
      expect(outcome).toBe('succeeded');
      expect(log.filter((line) => line.startsWith('warning'))).toEqual([expect.stringMatching(/importing cache/)]);
      expect(log.join('\n')).toMatch(/hangs in the beginning of the build: [^]*Made the builder 'slipway-/);
    } finally {
      await docker('buildx', 'rm', remote);
      await docker('buildx', 'stop', builder.name);
    }
  }, 120_000);
});
