import { describe, expect, it } from '@jest/globals';
import {
  CreateClusterCommand,
  DescribeClustersCommand,
  ECSClient,
  ListClustersCommand,
  type ECSServiceException,
} from '@aws-sdk/client-ecs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import {
  CreateTargetGroupCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { FaultRule, LocalAws } from '../../src/index.js';
import { clientConfiguration, localAwsPerTest } from '../running.js';

const start = localAwsPerTest();

/** What a call ends in: its answer, or its error's name, HTTP status and message. */
async function end<Output>(call: Promise<Output>) {
  try {
    return { output: await call };
  } catch (error) {
    const { name, message, $metadata } = error as ECSServiceException;
    return { name, message, status: $metadata?.httpStatusCode };
  }
}

/** The names of the clusters that there are, whatever reads of them answer. */
async function clustersOf(localAws: LocalAws): Promise<readonly string[]> {
  const state = localAws.state() as { services: { ecs: { clusters: { name: string }[] } } };
  return state.services.ecs.clusters.map(({ name }) => name);
}

const create = (name: string) => new CreateClusterCommand({ clusterName: name });
const ALWAYS = { operation: 'ecs:CreateCluster', always: true } as const;

describe('a fault', () => {
  it.each<[FaultRule, object, readonly string[]]>([
    [{ ...ALWAYS, kind: 'throttle' }, { name: 'ThrottlingException', message: 'Rate exceeded', status: 400 }, []],
    [{ ...ALWAYS, kind: 'throttle', code: 'LimitExceededException' }, { name: 'LimitExceededException' }, []],
    [{ ...ALWAYS, kind: 'error-before' }, { name: 'ServerException', status: 500 }, []],
    [{ ...ALWAYS, kind: 'error-before', status: 503 }, { name: 'ServerException', status: 503 }, []],
    [{ ...ALWAYS, kind: 'error-after' }, { name: 'ServerException', status: 500 }, ['one']],
    [
      { ...ALWAYS, kind: 'access-denied' },
      {
        name: 'AccessDeniedException',
        status: 403,
        message: expect.stringContaining(
          'user/AKIATEST is not authorized to perform: ecs:CreateCluster on resource: one',
        ),
      },
      [],
    ],
    [{ ...ALWAYS, kind: 'lost-reply' }, { message: expect.stringContaining('socket hang up') }, ['one']],
    [{ ...ALWAYS, kind: 'reset' }, { message: expect.stringMatching(/ECONNRESET|socket hang up/) }, []],
    [{ ...ALWAYS, kind: 'malformed' }, { name: 'SyntaxError' }, ['one']],
    [{ ...ALWAYS, kind: 'delay', delayMs: 30 }, { output: expect.anything() }, ['one']],
  ])('%j ends in %j', async (rule, ending, clusters) => {
    const localAws = await start({ faults: [rule] });
    const ecs = new ECSClient(clientConfiguration(localAws));
    expect(await end(ecs.send(create('one')))).toMatchObject(ending);
    expect(await clustersOf(localAws)).toEqual(clusters);
    expect(localAws.calls()).toEqual([expect.objectContaining({ operation: 'CreateCluster', fault: rule.kind })]);
    expect(localAws.faults.list()).toEqual([expect.objectContaining({ rule, calls: 1, hits: 1 })]);
  });

  it('delays the effect, and waits no more once local-aws ends', async () => {
    const localAws = await start({ faults: [{ ...ALWAYS, kind: 'delay', delayMs: 60_000 }] });
    const ecs = new ECSClient(clientConfiguration(localAws));
    const ending = end(ecs.send(create('one')));
    const waiting = () => localAws.faults.list()[0]?.hits === 1;
    while (!waiting()) await end(ecs.send(new ListClustersCommand({})));
    expect(await clustersOf(localAws)).toEqual([]);
    await localAws.close();
    expect(await ending).toMatchObject({ message: expect.stringMatching(/ECONNRESET|socket hang up/) });
  });

  it('hits the n-th call, so many times, or until it is removed', async () => {
    const localAws = await start();
    const ecs = new ECSClient(clientConfiguration(localAws));
    const endings = async (count: number): Promise<boolean[]> => {
      const ends = [];
      for (let at = 0; at < count; at += 1) ends.push('output' in (await end(ecs.send(create('one')))));
      return ends;
    };
    const second = localAws.faults.add({ operation: 'ecs:CreateCluster', nth: 2, kind: 'throttle' });
    expect(await endings(4)).toEqual([true, false, true, true]);
    expect([second.calls, second.hits]).toEqual([4, 1]);
    second.remove();
    localAws.faults.add({ ...ALWAYS, times: 2, kind: 'throttle' });
    expect(await endings(3)).toEqual([false, false, true]);
    localAws.faults.clear();
    const every = localAws.faults.add({ ...ALWAYS, kind: 'throttle' });
    expect(await endings(2)).toEqual([false, false]);
    every.remove();
    expect(await endings(1)).toEqual([true]);
    expect(localAws.faults.list()).toEqual([]);
  });

  it('hits at random, the same for the same seed', async () => {
    const pattern = async (seed: number): Promise<string> => {
      const localAws = await start({ faults: [{ operation: 'ecs:*', probability: 0.3, seed, kind: 'throttle' }] });
      const ecs = new ECSClient(clientConfiguration(localAws));
      let text = '';
      for (let at = 0; at < 100; at += 1) text += 'output' in (await end(ecs.send(create('one')))) ? '.' : 'x';
      return text;
    };
    const first = await pattern(7);
    expect(await pattern(7)).toBe(first);
    expect(await pattern(8)).not.toBe(first);
    const hits = first.replaceAll('.', '').length;
    expect(hits).toBeGreaterThan(15);
    expect(hits).toBeLessThan(45);
  });

  it('is for the calls that its pattern and its resource name', async () => {
    const localAws = await start();
    const ecs = new ECSClient(clientConfiguration(localAws));
    localAws.faults.add({ operation: 'ecs:*Cluster', resource: 'two', always: true, kind: 'throttle' });
    expect(await end(ecs.send(create('one')))).toHaveProperty('output');
    expect(await end(ecs.send(create('two')))).toMatchObject({ name: 'ThrottlingException' });
    expect(await end(ecs.send(new DescribeClustersCommand({ clusters: ['two'] })))).toHaveProperty('output');
  });

  it('comes first when it was added first', async () => {
    const localAws = await start();
    const ecs = new ECSClient(clientConfiguration(localAws));
    localAws.faults.add({ ...ALWAYS, kind: 'throttle' });
    const second = localAws.faults.add({ ...ALWAYS, kind: 'access-denied' });
    expect(await end(ecs.send(create('one')))).toMatchObject({ name: 'ThrottlingException' });
    expect([second.calls, second.hits]).toEqual([1, 0]);
  });
});

describe('a stale read', () => {
  it('answers as before the latest write, once there is such an answer', async () => {
    const localAws = await start();
    const ecs = new ECSClient(clientConfiguration(localAws));
    const fault = localAws.faults.add({ operation: 'ecs:List*', always: true, kind: 'stale-read' });
    const count = async (): Promise<number> => (await ecs.send(new ListClustersCommand({}))).clusterArns?.length ?? 0;
    await ecs.send(create('one'));
    expect(await count()).toBe(1);
    expect(fault.calls).toBe(0);
    await ecs.send(create('two'));
    expect([await count(), await count()]).toEqual([1, 1]);
    fault.remove();
    expect(await count()).toBe(2);
  });

  it('answers as so many milliseconds ago', async () => {
    const localAws = await start();
    const ecs = new ECSClient(clientConfiguration(localAws));
    const count = async (): Promise<number> => (await ecs.send(new ListClustersCommand({}))).clusterArns?.length ?? 0;
    expect(await count()).toBe(0);
    const emptyAt = localAws.calls().at(-1)?.atMs ?? 0;
    await ecs.send(create('one'));
    expect(await count()).toBe(1);
    const agoMs = Date.now() - emptyAt + 60_000;
    const tooLongAgo = localAws.faults.add({ operation: 'ecs:ListClusters', always: true, kind: 'stale-read', agoMs });
    expect(await count()).toBe(1);
    expect(tooLongAgo.hits).toBe(0);
    localAws.faults.add({ operation: 'ecs:ListClusters', always: true, kind: 'stale-read', agoMs: 0 });
    expect(await count()).toBe(1);
    expect(localAws.calls().at(-1)).toMatchObject({ fault: 'stale-read' });
  });

  it('answers an error that is no more, and in XML with the request id of its own', async () => {
    const localAws = await start({
      faults: [{ operation: 'elasticloadbalancing:Describe*', always: true, kind: 'stale-read' }],
    });
    const elbv2 = new ElasticLoadBalancingV2Client(clientConfiguration(localAws));
    const read = () => end(elbv2.send(new DescribeTargetGroupsCommand({ Names: ['web'] })));
    expect(await read()).toMatchObject({ name: 'TargetGroupNotFoundException' });
    await elbv2.send(
      new CreateTargetGroupCommand({ Name: 'web', Protocol: 'HTTP', Port: 80, TargetType: 'ip', VpcId: 'vpc-1' }),
    );
    expect(await read()).toMatchObject({ name: 'TargetGroupNotFoundException' });
    expect(localAws.calls().map(({ fault }) => fault)).toEqual([undefined, undefined, 'stale-read']);
  });
});

describe('the errors of each service', () => {
  const calls = {
    ecs: (localAws: LocalAws) => new ECSClient(clientConfiguration(localAws)).send(new ListClustersCommand({})),
    ecr: (localAws: LocalAws) => new ECRClient(clientConfiguration(localAws)).send(new DescribeRepositoriesCommand({})),
    sts: (localAws: LocalAws) => new STSClient(clientConfiguration(localAws)).send(new GetCallerIdentityCommand({})),
    dynamodb: (localAws: LocalAws) => new DynamoDBClient(clientConfiguration(localAws)).send(new ListTablesCommand({})),
    elasticloadbalancing: (localAws: LocalAws) =>
      new ElasticLoadBalancingV2Client(clientConfiguration(localAws)).send(new DescribeTargetGroupsCommand({})),
  };

  it.each([
    { service: 'ecs', throttled: 'ThrottlingException', failed: 'ServerException', denied: 'AccessDeniedException' },
    { service: 'ecr', throttled: 'ThrottlingException', failed: 'ServerException', denied: 'AccessDeniedException' },
    { service: 'sts', throttled: 'Throttling', failed: 'InternalFailure', denied: 'AccessDenied' },
    {
      service: 'dynamodb',
      throttled: 'ThrottlingException',
      failed: 'InternalServerError',
      denied: 'AccessDeniedException',
    },
    {
      service: 'elasticloadbalancing',
      throttled: 'Throttling',
      failed: 'InternalFailure',
      denied: 'AccessDenied',
    },
  ] as const)('are its own: $service', async ({ service, throttled, failed, denied }) => {
    const localAws = await start();
    const kinds = ['throttle', 'error-before', 'access-denied', 'lost-reply', 'reset', 'malformed'] as const;
    const names: unknown[] = [];
    for (const kind of kinds) {
      const fault = localAws.faults.add({ operation: `${service}:*`, always: true, kind } as FaultRule);
      const ending = await end<unknown>(calls[service](localAws));
      expect(ending).not.toHaveProperty('output');
      names.push(ending.name);
      fault.remove();
    }
    expect(names.slice(0, 3)).toEqual([throttled, failed, denied]);
    expect(await end<unknown>(calls[service](localAws))).toHaveProperty('output');
  });
});

describe('a fault that cannot be', () => {
  it.each([
    [{ operation: 'ecs:UpdateServcie', always: true, kind: 'throttle' }, "no operation 'ecs:UpdateServcie'"],
    [{ operation: 'dynamodb:Fly', always: true, kind: 'throttle' }, "no operation 'dynamodb:Fly'"],
    [{ operation: 'ecs:UpdateService', always: true, kind: 'stale-read' }, 'is no read'],
    [{ operation: 'ecs:*', kind: 'throttle' }, 'exactly one of always, nth and probability'],
    [{ operation: 'ecs:*', always: true, nth: 1, kind: 'throttle' }, 'exactly one of'],
    [{ operation: 'ecs:*', probability: 0.5, kind: 'throttle' }, 'probability and seed belong together'],
    [{ operation: 'ecs:*', probability: 2, seed: 1, kind: 'throttle' }, 'probability is 2'],
    [{ operation: 'ecs:*', nth: 0, kind: 'throttle' }, 'nth is 0'],
    [{ operation: 'ecs:*', always: true, kind: 'explode' }, 'kind is "explode"'],
    [{ operation: 'ecs:*', always: true, kind: 'constructor' }, 'kind is "constructor"'],
    [{ operation: 'ecs:*', always: true, kind: 'throttle', delayMs: 1 }, 'has no member delayMs'],
    [{ operation: 'ecs:*', always: true, kind: 'delay' }, 'delayMs is missing'],
    [{ operation: 'ecs:*', always: true, kind: 'error-before', status: 404 }, 'status is 404'],
    [{ always: true }, 'kind is missing; operation is missing'],
    ['throttle', 'has to be an object'],
  ])('%j is refused: %s', async (rule, message) => {
    const localAws = await start();
    expect(() => localAws.faults.add(rule as FaultRule)).toThrow(
      expect.objectContaining({ code: 'LOCAL_AWS_FAULT', message: expect.stringContaining(message) }),
    );
    expect(localAws.faults.list()).toEqual([]);
  });

  it('is refused at the start', async () => {
    const faults = [{ operation: 'ecs:Fly', always: true, kind: 'throttle' }] as const;
    await expect(start({ faults })).rejects.toMatchObject({ code: 'LOCAL_AWS_FAULT' });
  });
});
