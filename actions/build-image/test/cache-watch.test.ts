import { afterEach, describe, expect, it } from '@jest/globals';
import { SlipwayError } from '@slipway/core';
import { openLoopbackRegistry, serveLayout } from '@slipway/oci';
import type { DockerPort } from '@slipway/process';
import { run } from '../src/run.js';
import { StepReader } from '../src/steps.js';
import { fakeDocker, MANIFEST_DIGEST } from './fake-docker.js';
import { makeSetting, noRepository, type Setting } from './setting.js';

let setting: Setting;
afterEach(() => setting.close());

/** A builder whose first build does as it is told, and whose later ones succeed. */
function first(doFirst: (call: Parameters<DockerPort>[0]) => ReturnType<DockerPort>): {
  docker: DockerPort;
  builds: string[][];
} {
  const { docker } = fakeDocker({ driver: 'docker-container' });
  const builds: string[][] = [];
  const port: DockerPort = (call) => {
    if (call.args[1] !== 'build') return docker(call);
    builds.push([...call.args]);
    return builds.length === 1 ? doFirst(call) : docker(call);
  };
  return { docker: port, builds };
}

async function build(docker: DockerPort): Promise<unknown> {
  setting = await makeSetting({ cache: 'registry', 'cache-to': 'r/x:cache' });
  const commitTime = () => Promise.resolve(1);
  return run(setting.context, {
    docker,
    commitTime,
    isSilent: () => Promise.resolve(false),
    serveLayout,
    openRegistry: openLoopbackRegistry,
    openRepository: noRepository,
  });
}

const warnings = (): string[] => setting.log.filter((line) => line.startsWith('warning'));

describe('a cache', () => {
  it.each([
    'importing cache manifest from r/x:cache',
    'exporting cache to registry',
    'exporting to GitHub Actions Cache',
  ])('that hangs in "%s" is given up, and the image built without it', async (step) => {
    const { docker, builds } = first(
      ({ onLine, signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            // BuildKit's last word on the step, which is no second trouble to warn of.
            onLine?.('#3 ERROR: context canceled');
            reject(new SlipwayError({ code: 'PROCESS_ABORTED', message: 'ended', hint: 'none' }));
          });
          onLine?.(`#3 ${step}`);
        }),
    );
    expect(await build(docker)).toEqual({ outcome: 'succeeded' });
    expect(setting.outputs['digest']).toBe(MANIFEST_DIGEST);
    expect(warnings()).toEqual([expect.stringContaining(step)]);
    expect(builds.map((args) => args.some((arg) => arg.startsWith('--cache-')))).toEqual([true, false]);
  });

  it('that the builder refuses is left out', async () => {
    const { docker, builds } = first(({ onLine }) => {
      onLine?.('ERROR: failed to solve: failed to configure gha cache exporter: invalid token');
      return Promise.resolve({ exitCode: 1, stdout: '', stderr: '' });
    });
    expect(await build(docker)).toEqual({ outcome: 'succeeded' });
    expect(warnings()).toEqual([expect.stringContaining('invalid token')]);
    expect(builds).toHaveLength(2);
  });

  it('is not to blame for a build that fails', async () => {
    const { docker, builds } = first(({ onLine }) => {
      onLine?.('ERROR: failed to solve: process "npm run cache" did not complete successfully: exit code: 1');
      return Promise.resolve({ exitCode: 1, stdout: '', stderr: '' });
    });
    await expect(build(docker)).rejects.toMatchObject({ code: 'BUILD_FAILED' });
    expect(builds).toHaveLength(1);
  });

  it('that the run is cancelled with is no cause to begin again', async () => {
    const { docker, builds } = first(() => {
      setting.cancel(new Error('cancelled'));
      return Promise.reject(new SlipwayError({ code: 'PROCESS_ABORTED', message: 'ended', hint: 'none' }));
    });
    await expect(build(docker)).rejects.toMatchObject({ code: 'PROCESS_ABORTED' });
    expect(builds).toHaveLength(1);
  });
});

describe('steps', () => {
  it('of one build are not taken for those of the next', async () => {
    setting = await makeSetting();
    const steps = new StepReader().begin();
    for (const line of ['#1 [test 1/2] FROM x', '#1 DONE 1.0s', '#2 importing cache manifest from x']) steps.read(line);
    expect(steps.openCacheSteps).toEqual(['importing cache manifest from x']);
    steps.begin();
    expect(steps.openCacheSteps).toEqual([]);
    steps.read('#1 [final 1/2] FROM y');
    steps.read('#1 DONE 2.0s');
    expect(steps.steps.map(({ name, seconds }) => [name, seconds])).toEqual([
      ['[test 1/2] FROM x', 1],
      ['importing cache manifest from x', 0],
      ['[final 1/2] FROM y', 2],
    ]);
  });
});
