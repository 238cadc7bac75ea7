import { afterEach, describe, expect, it } from '@jest/globals';
import { SlipwayError } from '@slipway/core';
import { openLoopbackRegistry, serveLayout } from '@slipway/oci';
import type { DockerPort } from '@slipway/process';
import { run } from '../src/run.js';
import { StepReader } from '../src/steps.js';
import { fakeDocker, MANIFEST_DIGEST } from './fake-docker.js';
import { makeSetting, NO_AWS, type Setting } from './setting.js';

let setting: Setting;
afterEach(() => setting.close());

type Doing = (call: Parameters<DockerPort>[0]) => ReturnType<DockerPort>;

/** A builder whose first build does as it is told, and whose later ones succeed. */
function first(doFirst: Doing, driver = 'docker-container') {
  const { docker, calls } = fakeDocker({ driver, containerd: true });
  const builds: string[][] = [];
  const port: DockerPort = (call) => {
    if (call.args[1] !== 'build') return docker(call);
    builds.push([...call.args]);
    return builds.length === 1 ? doFirst(call) : docker(call);
  };
  const stops = () => calls.filter(([, verb]) => verb === 'stop');
  return { docker: port, builds, stops };
}

/** A build that prints what it is told, and then hangs until it is ended. */
const hangs =
  (...lines: readonly string[]): Doing =>
  ({ onLine, signal }) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        // BuildKit's last word on the step, which is no second trouble to warn of.
        if (lines.length > 0) onLine?.('#3 ERROR: context canceled');
        reject(new SlipwayError({ code: 'PROCESS_ABORTED', message: 'ended', hint: 'none' }));
      });
      lines.forEach((line) => onLine?.(line));
    });

async function build(docker: DockerPort, inputs: Partial<Setting['context']['inputs']> = {}): Promise<unknown> {
  setting = await makeSetting({ cache: 'registry', 'cache-to': 'r/x:cache', ...inputs });
  const commitTime = () => Promise.resolve(1);
  return run(setting.context, {
    docker,
    commitTime,
    isSilent: () => Promise.resolve(false),
    serveLayout,
    openRegistry: openLoopbackRegistry,
    ...NO_AWS,
  });
}

const hasCache = (args: readonly string[]): boolean => args.some((arg) => arg.startsWith('--cache-'));
const warnings = (): string[] => setting.log.filter((line) => line.startsWith('warning'));

describe('a cache', () => {
  it.each([
    'importing cache manifest from r/x:cache',
    'exporting cache to registry',
    'exporting to GitHub Actions Cache',
  ])('that hangs in "%s" is given up, and the image built without it', async (step) => {
    const { docker, builds } = first(hangs(`#3 ${step}`));
    expect(await build(docker)).toEqual({ outcome: 'succeeded' });
    expect(setting.outputs['digest']).toBe(MANIFEST_DIGEST);
    expect(warnings()).toEqual([expect.stringContaining(step)]);
    expect(builds.map(hasCache)).toEqual([true, false]);
  });

  it('that the unit tests gave up is none of the image either', async () => {
    const { docker, builds } = first(hangs('#3 importing cache manifest from r/x:cache'));
    expect(await build(docker, { 'unit-test-target': 'unit' })).toEqual({ outcome: 'succeeded' });
    expect(builds.map(hasCache)).toEqual([true, false, false]);
    expect(warnings()).toHaveLength(1);
  });

  it.each([
    ['docker-container', [['buildx', 'stop', '--', 'a-builder']]],
    ['docker', []],
  ])('that hangs holds the builder, which is stopped where it can be: %s', async (driver, stopped) => {
    const { docker, stops } = first(hangs('#3 exporting cache to registry'), driver);
    expect(await build(docker)).toEqual({ outcome: 'succeeded' });
    expect(stops()).toEqual(stopped);
  });

  it('that hangs fails no build when the builder cannot be stopped in time', async () => {
    const { docker, builds } = first(hangs('#3 exporting cache to registry'), 'docker-container');
    const late = new SlipwayError({ code: 'PROCESS_TIMED_OUT', message: 'It took too long.', hint: 'Wait.' });
    const port: DockerPort = (call) => (call.args[1] === 'stop' ? Promise.reject(late) : docker(call));
    expect(await build(port)).toEqual({ outcome: 'succeeded' });
    expect(builds.map(hasCache)).toEqual([true, false]);
    expect(setting.log).toContain('info It took too long.');
  });

  describe.each([['docker'], ['remote'], ['kubernetes']])(
    'that holds a builder for good, of the driver %s,',
    (driver) => {
      /** The builder that there is hangs in whatever it is given. */
      const stuck = (notMade?: string) => {
        const fake = fakeDocker({ driver, containerd: true, ...(notMade === undefined ? {} : { notMade }) });
        const builders: string[] = [];
        const port: DockerPort = (call) => {
          if (call.args[1] !== 'build') return fake.docker(call);
          const builder = call.args.find((arg) => arg.startsWith('--builder=')) ?? 'the current one';
          builders.push(builder);
          if (builder !== 'the current one') return fake.docker(call);
          return hangs(...(hasCache(call.args) ? ['#3 importing cache manifest from r/x:cache'] : []))(call);
        };
        return { docker: port, builders, calls: fake.calls };
      };

      it('has another made in its place, for all that is left to build', async () => {
        const { docker, builders, calls } = stuck();
        expect(await build(docker, { 'unit-test-target': 'unit' })).toEqual({ outcome: 'succeeded' });
        const own = `--builder=${setting.state['ownBuilder'] ?? ''}`;
        expect(builders).toEqual(['the current one', 'the current one', own, own]);
        expect(calls.filter(([, verb]) => verb === 'create')).toHaveLength(1);
        expect(warnings()).toHaveLength(1);
      });

      it('is an error that says so where none can be made', async () => {
        const { docker } = stuck('pull access denied');
        await expect(build(docker)).rejects.toMatchObject({ code: 'BUILD_BUILDER_STUCK' });
        expect(warnings()).toHaveLength(1);
        expect(setting.log.join('\n')).toContain('pull access denied');
      });
    },
  );

  it('that the builder refuses is left out', async () => {
    const { docker, builds, stops } = first(({ onLine }) => {
      onLine?.('ERROR: failed to solve: failed to configure gha cache exporter: invalid token');
      return Promise.resolve({ exitCode: 1, stdout: '', stderr: '' });
    });
    expect(await build(docker)).toEqual({ outcome: 'succeeded' });
    expect(warnings()).toEqual([expect.stringContaining('invalid token')]);
    expect(builds).toHaveLength(2);
    expect(stops()).toEqual([]);
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
    expect(steps.cacheSteps('unknown')).toEqual(['importing cache manifest from x']);
    steps.begin();
    expect(steps.cacheSteps('unknown')).toEqual([]);
    steps.read('#1 [final 1/2] FROM y');
    steps.read('#1 DONE 2.0s');
    expect(steps.steps.map(({ name, seconds }) => [name, seconds])).toEqual([
      ['[test 1/2] FROM x', 1],
      ['importing cache manifest from x', 0],
      ['[final 1/2] FROM y', 2],
    ]);
  });
});
