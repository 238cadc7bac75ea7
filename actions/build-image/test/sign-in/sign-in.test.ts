import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SlipwayError, type ErrorKind } from '@slipway/core';
import type { DockerCall } from '@slipway/process';
import type { BuildContext } from '../../src/inputs.js';
import type { EcrQuestion } from '../../src/sign-in/ecr-credentials.js';
import { signIn } from '../../src/sign-in/sign-in.js';
import { makeSetting, type Setting } from '../setting.js';

const [FRANKFURT, DUBLIN] = ['eu-central-1', 'eu-west-1'];
const hostIn = (region: string, account = '123456789012') => `${account}.dkr.ecr.${region}.amazonaws.com`;
const ROLE = 'arn:aws:iam::123456789012:role/build';

let setting: Setting;
let questions: EcrQuestion[];
let calls: DockerCall[];
beforeEach(async () => {
  setting = await makeSetting();
  [questions, calls] = [[], []];
  await mkdir(path.join(setting.folder, '.docker'));
});
afterEach(() => setting.close());

interface Start {
  readonly froms: readonly string[];
  readonly inputs?: Partial<BuildContext['inputs']>;
  readonly environment?: BuildContext['environment'];
  readonly failure?: SlipwayError;
  /** Where ECR says that the job's registry is. */
  readonly ownHost?: string;
}

async function start({ froms, inputs = {}, environment = {}, failure, ownHost = hostIn(FRANKFURT) }: Start) {
  const file = path.join(setting.folder, 'app/Dockerfile');
  await writeFile(file, ['FROM scratch', ...froms.map((host) => `FROM ${host}/base`)].join('\n'));
  const context = {
    ...setting.context,
    inputs: { ...setting.context.inputs, ...inputs },
    environment: { HOME: setting.folder, ...environment },
  };
  const builder = { name: 'b', driver: 'docker-container', error: undefined, platform: undefined };
  return signIn(
    context,
    {
      docker: (call) => {
        calls.push(call);
        return Promise.resolve({ exitCode: 0, stdout: '', stderr: '' });
      },
      ecr: (question) => {
        questions.push(question);
        const password = `of ${question.region}`;
        return failure ? Promise.reject(failure) : Promise.resolve({ host: ownHost, username: 'AWS', password });
      },
      asksHelper: () => Promise.reject(new Error('No helper was to be asked.')),
    },
    { file, current: { builder, way: 'export' } },
  );
}

const tokenOf = (region: string) => ({ auth: Buffer.from(`AWS:of ${region}`).toString('base64') });
const configOf = async ({ environment }: DockerCall) =>
  JSON.parse(await readFile(path.join(environment?.['DOCKER_CONFIG'] ?? '', 'config.json'), 'utf8')) as unknown;

describe('signing in', () => {
  it('asks nobody where nothing is in ECR, and leaves Docker as it is', async () => {
    const { docker, close } = await start({ froms: ['ghcr.io/a'], inputs: { 'role-to-assume': [ROLE] } });
    await docker({ args: ['info'] });
    await close();
    expect({ questions, calls, state: setting.state }).toEqual({
      questions: [],
      calls: [{ args: ['info'] }],
      state: {},
    });
  });

  it("is for each region with one question, other accounts' registries too, and for no host that is known", async () => {
    const auths = { [hostIn(DUBLIN, '999999999999')]: { auth: 'b3duOm93bg==' } };
    await writeFile(path.join(setting.folder, '.docker/config.json'), JSON.stringify({ auths, currentContext: 'own' }));
    const hosts = [hostIn(FRANKFURT), hostIn(FRANKFURT, '210987654321'), hostIn(DUBLIN)];
    const { docker, close } = await start({ froms: [...hosts, ...Object.keys(auths)] });
    await docker({ args: ['buildx'], environment: { SECRET: 's' } });
    expect(questions).toEqual([FRANKFURT, DUBLIN].map((region) => ({ region, isNeeded: true })));
    const [call] = calls as [DockerCall];
    expect(await configOf(call)).toEqual({
      currentContext: 'own',
      auths: {
        ...auths,
        [hosts[0] ?? '']: tokenOf(FRANKFURT),
        [hosts[1] ?? '']: tokenOf(FRANKFURT),
        [hosts[2] ?? '']: tokenOf(DUBLIN),
      },
    });
    const buildx = path.join(setting.folder, '.docker/buildx');
    expect(call.environment).toEqual({
      SECRET: 's',
      BUILDX_CONFIG: buildx,
      DOCKER_CONFIG: setting.state['dockerConfig'],
    });
    await close();
    expect(existsSync(setting.state['dockerConfig'] ?? '')).toBe(false);
  });

  it('leaves the builders where the user has them', async () => {
    const { docker, close } = await start({ froms: [hostIn(DUBLIN)], environment: { BUILDX_CONFIG: '/builders' } });
    await docker({ args: [] });
    await close();
    expect(calls[0]?.environment?.['BUILDX_CONFIG']).toBe('/builders');
  });

  it('is for what stands in for AWS on this machine only where ECR says that it is its registry', async () => {
    const environment = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' };
    const hosts = ['127.0.0.1:5000', 'localhost:6000'];
    await (await start({ froms: hosts, environment, ownHost: '127.0.0.1:5000' })).docker({ args: [] });
    expect(questions).toEqual([{ region: undefined, isNeeded: true }]);
    expect(await configOf(calls[0] as DockerCall)).toEqual({ auths: { '127.0.0.1:5000': tokenOf('undefined') } });
    expect(await start({ froms: ['127.0.0.1:7'], environment })).toHaveProperty('docker');
    expect(questions).toHaveLength(2);
  });

  it('writes no password where a build could copy it', async () => {
    const { close } = await start({ froms: [hostIn(DUBLIN)], inputs: { context: '/' } });
    await close();
    expect({ questions, state: setting.state }).toEqual({ questions: [], state: {} });
    expect(setting.log).toEqual([expect.stringMatching(/^warning Nothing is signed in at .*: every folder for/)]);
  });
});

describe('where AWS gives nothing', () => {
  const failureOf = (code: string, kind: ErrorKind) => new SlipwayError({ code, kind, message: 'words', hint: 'h' });
  const CACHE = { cache: 'registry', 'cache-to': `${hostIn(DUBLIN)}/cache` } as const;
  const AS_ROLE = { 'role-to-assume': [ROLE] };

  interface Case {
    readonly failure: SlipwayError;
    readonly more?: Partial<Start>;
    /** How it is told; it fails the step where that is absent. */
    readonly told?: 'info' | 'warning';
  }
  const DENIED = failureOf('AWS_ROLE_DENIED', 'user');
  const OUTAGE = failureOf('AWS_UNREACHABLE', 'world');
  const NO_KEYS = failureOf('AWS_CREDENTIALS_MISSING', 'user');
  const CACHE_ALONE = { inputs: { ...CACHE, ...AS_ROLE }, froms: [] };

  it.each<[string, Case]>([
    ['nobody named a role, without credentials', { failure: NO_KEYS, told: 'info' }],
    ['nobody named a role, without a region', { failure: failureOf('AWS_REGION_MISSING', 'user'), told: 'info' }],
    ['nobody named a role', { failure: failureOf('AWS_ACCESS_DENIED', 'user'), told: 'warning' }],
    ['nobody named a role, in an outage', { failure: OUTAGE, told: 'warning' }],
    ['the account is not allowed', { failure: failureOf('AWS_ACCOUNT_NOT_ALLOWED', 'user') }],
    ['a role is named', { failure: DENIED, more: { inputs: AS_ROLE } }],
    ['a role is named, without credentials', { failure: NO_KEYS, more: { inputs: AS_ROLE } }],
    ['a role is named, in an outage', { failure: OUTAGE, more: { inputs: AS_ROLE } }],
    ['a role is named, for the cache', { failure: DENIED, more: CACHE_ALONE }],
    ['a role is named, for the cache, in an outage', { failure: OUTAGE, more: CACHE_ALONE, told: 'warning' }],
  ])('and %s', async (_name, { failure, more, told }) => {
    const started = start({ froms: [hostIn(DUBLIN)], failure, ...more });
    if (told === undefined) await expect(started).rejects.toBe(failure);
    else {
      await (await started).docker({ args: [] });
      expect(setting.log).toEqual([`${told} Nothing is signed in at ${hostIn(DUBLIN)}: words`]);
      expect(calls).toEqual([{ args: [] }]);
    }
    expect(setting.state).toEqual({});
  });

  it('a run that is cancelled ends', async () => {
    setting.cancel(new Error('cancelled'));
    const failure = failureOf('AWS_UNREACHABLE', 'world');
    await expect(start({ froms: [hostIn(DUBLIN)], failure })).rejects.toThrow('cancelled');
  });
});
