import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
} from '@aws-sdk/client-ecr';
import { describe, expect, it } from '@jest/globals';
import type { LocalAws } from '../src/index.js';
import { CALLER, localAwsPerTest } from './running.js';

const start = localAwsPerTest();
const [FRANKFURT, DUBLIN, OHIO] = ['eu-central-1', 'eu-west-1', 'us-east-2'];
const TWO = { ecrRegions: [FRANKFURT, DUBLIN] };

function ecrIn({ endpoint }: LocalAws, region: string): ECRClient {
  return new ECRClient({ endpoint, region, credentials: CALLER, maxAttempts: 1 });
}

async function make(localAws: LocalAws, region: string, repositoryName: string) {
  return (await ecrIn(localAws, region).send(new CreateRepositoryCommand({ repositoryName }))).repository;
}

async function namesIn(localAws: LocalAws, region: string) {
  const { repositories } = await ecrIn(localAws, region).send(new DescribeRepositoriesCommand({}));
  return repositories?.map(({ repositoryName }) => repositoryName);
}

/** A registry's address, and the token for it. */
async function registryIn(localAws: LocalAws, region: string) {
  const { authorizationData } = await ecrIn(localAws, region).send(new GetAuthorizationTokenCommand({}));
  const [{ proxyEndpoint = '', authorizationToken = '' } = {}] = authorizationData ?? [];
  return { url: proxyEndpoint, authorization: `Basic ${authorizationToken}` };
}

describe('ECR with regions', () => {
  it('has a repository in the one region that it was made in', async () => {
    const localAws = await start(TWO);
    const made = await make(localAws, DUBLIN, 'shop/web');
    expect(made?.repositoryArn).toBe(`arn:aws:ecr:${DUBLIN}:123456789012:repository/shop/web`);
    expect(await namesIn(localAws, DUBLIN)).toEqual(['shop/web']);
    expect(await namesIn(localAws, FRANKFURT)).toEqual([]);
    // The same name in the other is another repository.
    const other = await make(localAws, FRANKFURT, 'shop/web');
    expect(other?.repositoryUri).toBe(`${localAws.registryHost}/shop/web`);
    expect(other?.repositoryUri).not.toBe(made?.repositoryUri);
    expect(localAws.state()).toMatchObject({
      services: {
        ecr: { regions: { [FRANKFURT]: { repositories: [{}] }, [DUBLIN]: { repositories: [{ name: 'shop/web' }] } } },
      },
    });
  });

  it('takes the tokens of a region in its registry alone', async () => {
    const localAws = await start(TWO);
    await make(localAws, FRANKFURT, 'shop/web');
    const [frankfurt, dublin] = [await registryIn(localAws, FRANKFURT), await registryIn(localAws, DUBLIN)];
    const status = async (url: string, authorization: string) =>
      (await fetch(`${url}/v2/shop/web/tags/list`, { headers: { authorization } })).status;
    expect(await status(frankfurt.url, frankfurt.authorization)).toBe(200);
    expect(await status(frankfurt.url, dublin.authorization)).toBe(401);
    expect(await status(dublin.url, dublin.authorization)).toBe(404);
    expect(await status(dublin.url, frankfurt.authorization)).toBe(401);
    // An address of its own is a registry, and nothing else.
    expect((await fetch(`${dublin.url}/_local/state`)).status).toBe(404);
  });

  it('refuses the calls for any other', async () => {
    const localAws = await start(TWO);
    await expect(make(localAws, OHIO, 'shop/web')).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(`has an ECR in ${FRANKFURT}, ${DUBLIN} here, and none in ${OHIO}`) as unknown,
    });
  });

  it('is at home in the region of tasks when that is one of them', async () => {
    const localAws = await start({ ...TWO, region: DUBLIN });
    expect((await registryIn(localAws, DUBLIN)).url).toBe(localAws.endpoint);
    expect((await registryIn(localAws, FRANKFURT)).url).not.toBe(localAws.endpoint);
  });

  it.each([[[]], [['Frankfurt']]])('is not started with the regions %j', async (ecrRegions) => {
    await expect(start({ ecrRegions })).rejects.toMatchObject({ code: 'LOCAL_AWS_OPTION' });
  });
});

describe('ECR without regions', () => {
  it('is one for the calls of every region', async () => {
    const localAws = await start();
    await make(localAws, DUBLIN, 'shop/web');
    expect(await namesIn(localAws, FRANKFURT)).toEqual(['shop/web']);
    expect(await registryIn(localAws, FRANKFURT)).toEqual(await registryIn(localAws, DUBLIN));
  });
});
