import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { childEnvironment, runProcess, type RunResult } from '@slipway/process';
import { startLocalAws, type LocalAws } from '../src/index.js';
import { PRODUCTION_KEYS, registryOf, STAGING_KEYS } from './accounts/two-accounts.js';
import { clientConfiguration } from './running.js';

let localAws: LocalAws;
let directory: string;
const images = new Set<string>();

function docker(args: readonly string[], input = ''): Promise<RunResult> {
  const env = childEnvironment({ DOCKER_CONFIG: directory });
  return runProcess({ file: 'docker', args, env, input, timeoutMs: 60_000 });
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'local-aws-test-'));
  await writeFile(join(directory, 'config.json'), '{}');
  localAws = await startLocalAws({ tasks: 'docker', minuteMs: 1000, validateResponses: true });
});

afterAll(async () => {
  for (const image of images) await docker(['rmi', '--force', image]);
  await localAws.close();
  await rm(directory, { recursive: true });
});

describe('local-aws with Docker', () => {
  it('answers containers on the gateway of its own network, on the same port', async () => {
    const { instanceId } = localAws.world;
    const gateway = await docker([
      'network',
      'inspect',
      '--format',
      '{{(index .IPAM.Config 0).Gateway}}',
      `local-aws-${instanceId}`,
    ]);
    const { port } = new URL(localAws.endpoint);
    expect(localAws.world.endpointForTasks()).toBe(`http://${gateway.stdout.trim()}:${port}`);
    const state = await fetch(`${localAws.world.endpointForTasks() ?? ''}/_local/state`);
    expect(await state.json()).toMatchObject({ instanceId });
  });

  it('has a network and a registry for each account, and removes the networks when it ends', async () => {
    const accounts = [STAGING_KEYS, PRODUCTION_KEYS].map(({ accessKeyId }, index) => ({
      ...{ accountId: String(index + 1).repeat(12), users: [{ accessKeyId }] },
    }));
    const two = await startLocalAws({ tasks: 'docker', accounts });
    const worlds = [...two.accounts.values()].map(({ world }) => world);
    const networks = async () => {
      const listed = await docker(['network', 'ls', '--format', '{{.Name}}']);
      return worlds.filter(({ instanceId }) => listed.stdout.includes(`local-aws-${instanceId}`)).length;
    };
    try {
      expect(await networks()).toBe(2);
      for (const world of worlds) {
        expect((await fetch(`${world.endpointForTasks() ?? ''}/_local/state`)).status).toBe(200);
      }
      const [staging, production] = [await registryOf(two, STAGING_KEYS), await registryOf(two, PRODUCTION_KEYS)];
      const login = async ({ url }: { url: string }, { authorization }: { authorization: string }) => {
        const token = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
        const args = ['login', '--username', 'AWS', '--password-stdin', new URL(url).host];
        return (await docker(args, token.slice('AWS:'.length))).exitCode;
      };
      expect(await login(production, production)).toBe(0);
      expect(await login(production, staging)).not.toBe(0);
    } finally {
      await two.close();
    }
    expect(await networks()).toBe(0);
  });

  it('removes its network when it ends', async () => {
    const other = await startLocalAws({ tasks: 'docker' });
    const find = () => docker(['network', 'ls', '--quiet', '--filter', `label=local-aws=${other.world.instanceId}`]);
    expect((await find()).stdout.trim()).not.toBe('');
    await other.close();
    expect((await find()).stdout.trim()).toBe('');
  });

  it('takes pushes from docker with the token alone, and gives back what was pushed', async () => {
    const ecr = new ECRClient(clientConfiguration(localAws));
    const repositoryName = `test-${randomUUID()}`;
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    const tag = `${localAws.registryHost}/${repositoryName}:v1`;
    images.add(tag);
    const tar = join(directory, 'root.tar');
    await runProcess({ file: 'tar', args: ['--create', '--file', tar, '--directory', directory, 'config.json'] });
    expect((await docker(['import', tar, tag])).exitCode).toBe(0);

    const refused = await docker(['push', tag]);
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('no basic auth credentials')]);

    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const [username = '', password = ''] = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64')
      .toString()
      .split(':');
    const login = await docker(['login', '--username', username, '--password-stdin', localAws.registryHost], password);
    expect(login.stdout).toContain('Login Succeeded');
    const digest = /digest: (sha256:\w+)/.exec((await docker(['push', tag])).stdout)?.[1];
    const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName }));
    expect(imageDetails).toEqual([expect.objectContaining({ imageDigest: digest, imageTags: ['v1'] })]);

    await docker(['rmi', tag]);
    const byDigest = `${localAws.registryHost}/${repositoryName}@${digest ?? ''}`;
    images.add(byDigest);
    expect(await docker(['pull', byDigest])).toMatchObject({ exitCode: 0 });
  });
});
