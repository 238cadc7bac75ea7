import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ChosenBuilder } from '../../src/ask-builder.js';
import type { BuildContext } from '../../src/inputs.js';
import { ecrRegistriesOf } from '../../src/sign-in/registries.js';
import { makeSetting, type Setting } from '../setting.js';

const ECR = '123456789012.dkr.ecr.eu-central-1.amazonaws.com';
const OTHER = '210987654321.dkr.ecr.eu-west-1.amazonaws.com';
const LOCAL = '127.0.0.1:4566';
const NEEDED = { host: ECR, region: 'eu-central-1', isNeeded: true };

let setting: Setting;
beforeEach(async () => {
  setting = await makeSetting();
});
afterEach(() => setting.close());

interface Build {
  readonly dockerfile?: string;
  readonly inputs?: Partial<BuildContext['inputs']>;
  readonly environment?: BuildContext['environment'];
  readonly way?: ChosenBuilder['way'];
}

async function registriesOf({ dockerfile = 'FROM scratch\n', inputs = {}, environment = {}, way = 'export' }: Build) {
  const file = path.join(setting.folder, 'app/Dockerfile');
  await writeFile(file, dockerfile);
  const builder = { name: 'b', driver: 'docker', error: undefined, platform: undefined };
  const job = { inputs: { ...setting.context.inputs, ...inputs }, environment };
  return ecrRegistriesOf(job, { file, current: { builder, way } });
}

describe('the registries of a build', () => {
  it.each<[string, Build]>([
    ['a FROM', { dockerfile: `FROM ${ECR}/base:1\n` }],
    ['a FROM twice, and a digest', { dockerfile: `FROM ${ECR}/a AS a\nFROM ${ECR}/b@sha256:${'a'.repeat(64)}\n` }],
    ['an argument', { dockerfile: `ARG BASE=${ECR}/base\nFROM \${BASE}:1\n` }],
    ['an argument that is given', { dockerfile: 'ARG R\nFROM $R/base\n', inputs: { 'build-args': { R: ECR } } }],
    ['a name whose end only the builder knows', { dockerfile: `ARG R=${ECR}\nFROM $R/base:\${TARGETARCH}\n` }],
    ['a COPY', { dockerfile: `FROM scratch\nCOPY --from=${ECR}/files /a /\n` }],
    ['a mount', { dockerfile: `FROM scratch\nRUN --mount=type=bind,from=${ECR}/files,target=/a make\n` }],
    ['a frontend', { dockerfile: `# syntax=${ECR}/frontend:1\nFROM scratch\n` }],
    ['a context', { inputs: { 'build-contexts': { base: `docker-image://${ECR}/base` } } }],
    ['a builder that may be made', { inputs: { 'builder-image': `${ECR}/moby/buildkit:v0` }, way: 'push' }],
    ['a FROM and the cache', { dockerfile: `FROM ${ECR}/a\n`, inputs: { cache: 'registry', 'cache-to': `${ECR}/c` } }],
  ])('are those of %s', async (_name, build) => {
    expect(await registriesOf(build)).toEqual([NEEDED]);
  });

  it.each<[string, Build]>([
    [
      'another registry',
      { dockerfile: `FROM ghcr.io/a/b\nCOPY --from=public.ecr.aws/a/b /a /\nFROM ${ECR}.example.com/c` },
    ],
    [
      'a context in place of an image',
      { dockerfile: `FROM ${ECR}/a\n`, inputs: { 'build-contexts': { [`${ECR}/a`]: '.' } } },
    ],
    ['a builder that is there', { inputs: { 'builder-image': `${ECR}/moby/buildkit:v0` } }],
    ['a builder that is named', { inputs: { 'builder-image': `${ECR}/b`, builder: 'b' }, way: 'push' }],
    ['a cache that is no registry', { inputs: { cache: 'local', 'cache-to': `${ECR}/cache` } }],
    ['this machine', { dockerfile: `FROM ${LOCAL}/base\n` }],
    [
      'this machine, with AWS elsewhere',
      { dockerfile: `FROM ${LOCAL}/a\n`, environment: { AWS_ENDPOINT_URL: 'https://a.b' } },
    ],
    ['this machine, with AWS nowhere', { dockerfile: `FROM ${LOCAL}/a\n`, environment: { AWS_ENDPOINT_URL: 'a' } }],
    ['a registry elsewhere', { dockerfile: 'FROM a.b:5/c\n', environment: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' } }],
  ])('are not those of %s', async (_name, build) => {
    expect(await registriesOf(build)).toEqual([]);
  });

  it('say of a cache that the build can do without it', async () => {
    const inputs = { cache: 'registry', 'cache-to': `${OTHER}/cache:1` } as const;
    const all = await registriesOf({ dockerfile: `FROM ${ECR}/base\n`, inputs });
    expect(all).toEqual([NEEDED, { host: OTHER, region: 'eu-west-1', isNeeded: false }]);
  });

  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_ECR'])('may be this machine where %s is set', async (name) => {
    const build = { dockerfile: `FROM ${LOCAL}/base\n`, environment: { [name]: `http://${LOCAL}` } };
    expect(await registriesOf(build)).toEqual([{ host: LOCAL, region: undefined, isNeeded: true }]);
  });
});
