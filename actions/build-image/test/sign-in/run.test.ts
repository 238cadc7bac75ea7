import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openLoopbackRegistry, serveLayout } from '@slipway/oci';
import type { DockerPort } from '@slipway/process';
import { run } from '../../src/run.js';
import { fakeDocker, type FakeDockerOptions } from '../fake-docker.js';
import { makeSetting, NO_AWS, type Setting } from '../setting.js';

const HOST = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';

let setting: Setting;
beforeEach(async () => {
  setting = await makeSetting();
  await writeFile(path.join(setting.folder, 'app/Dockerfile'), `FROM ${HOST}/base\n`);
});
afterEach(() => setting.close());

/** Builds, and returns the calls of Docker that had the private configuration, by their first words, while it was there. */
async function build(options: Partial<FakeDockerOptions>): Promise<readonly string[]> {
  const fake = fakeDocker({ driver: 'docker', ...options });
  const signedIn: string[] = [];
  const docker: DockerPort = (call) => {
    const folder = call.environment?.['DOCKER_CONFIG'] ?? '';
    if (existsSync(path.join(folder, 'config.json'))) signedIn.push(call.args.slice(0, 2).join(' '));
    return fake.docker(call);
  };
  const context = { ...setting.context, environment: { HOME: setting.folder } };
  const ports = {
    ...{ ...NO_AWS, docker, serveLayout, openRegistry: openLoopbackRegistry },
    commitTime: () => Promise.resolve(0),
    isSilent: () => Promise.resolve(false),
    ecr: () => Promise.resolve({ host: HOST, username: 'AWS', password: 'p' }),
  };
  await run(context, ports).catch(() => undefined);
  return signedIn;
}

describe('a run that is signed in', () => {
  it.each<[string, Partial<FakeDockerOptions>]>([
    ['succeeds', {}],
    ['fails', { failure: ['ERROR: failed'] }],
    ['is cancelled', { duringBuild: () => setting.cancel(new Error('cancelled')) }],
  ])('and %s has it for the build, and leaves nothing of it', async (_name, options) => {
    expect(await build(options)).toContain('buildx build');
    const folder = setting.state['dockerConfig'] ?? '';
    expect({ name: path.basename(folder), is: existsSync(folder) }).toEqual({
      name: expect.stringMatching(/^slipway-docker-/) as unknown,
      is: false,
    });
  });

  it('has it for a builder that it makes, and for the base images that it looks up', async () => {
    const inputs = { ...setting.context.inputs, platforms: ['linux/amd64', 'linux/arm64'], 'skip-if-exists': true };
    setting = { ...setting, context: { ...setting.context, inputs: { ...inputs, repository: 'shop/web' } } };
    expect(await build({})).toEqual(expect.arrayContaining(['buildx create', 'buildx imagetools']));
  });
});
