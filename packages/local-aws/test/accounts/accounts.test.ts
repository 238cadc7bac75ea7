import { CreateRepositoryCommand, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import {
  CreateClusterCommand,
  DescribeClustersCommand,
  ListClustersCommand,
  ListTasksCommand,
} from '@aws-sdk/client-ecs';
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateTargetGroupCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from '@jest/globals';
import { startLocalAws, type LocalAws } from '../../src/index.js';
import { CALLER, localAwsPerTest } from '../running.js';
import {
  configurationOf,
  ecrOf,
  ecsOf,
  PRODUCTION,
  PRODUCTION_KEYS,
  registryOf,
  STAGING,
  STAGING_KEYS,
  stsOf,
  TWO_ACCOUNTS,
  type Keys,
} from './two-accounts.js';

const start = localAwsPerTest();
const startTwo = (): Promise<LocalAws> => start({ accounts: TWO_ACCOUNTS });

const identityOf = (localAws: LocalAws, keys: Keys) => stsOf(localAws, keys).send(new GetCallerIdentityCommand({}));

/** By service: makes something, and tells the names of all that there is. */
const SERVICES: readonly [
  string,
  (localAws: LocalAws, keys: Keys) => Promise<{ make(): Promise<unknown>; names(): Promise<unknown> }>,
][] = [
  [
    'ecs',
    (localAws, keys) => {
      const ecs = ecsOf(localAws, keys);
      return Promise.resolve({
        make: () => ecs.send(new CreateClusterCommand({ clusterName: 'shop' })),
        names: async () => (await ecs.send(new ListClustersCommand({}))).clusterArns,
      });
    },
  ],
  [
    'ecr',
    (localAws, keys) => {
      const ecr = ecrOf(localAws, keys);
      return Promise.resolve({
        make: () => ecr.send(new CreateRepositoryCommand({ repositoryName: 'shop/web' })),
        names: async () =>
          (await ecr.send(new DescribeRepositoriesCommand({}))).repositories?.map(({ repositoryArn }) => repositoryArn),
      });
    },
  ],
  [
    'elasticloadbalancing',
    (localAws, keys) => {
      const elb = new ElasticLoadBalancingV2Client(configurationOf(localAws, keys));
      const group = { Name: 'web', Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1', TargetType: 'ip' } as const;
      return Promise.resolve({
        make: () => elb.send(new CreateTargetGroupCommand(group)),
        names: async () =>
          (await elb.send(new DescribeTargetGroupsCommand({}))).TargetGroups?.map(
            ({ TargetGroupArn }) => TargetGroupArn,
          ),
      });
    },
  ],
  [
    'monitoring',
    (localAws, keys) => {
      const cloudWatch = new CloudWatchClient(configurationOf(localAws, keys));
      const metric = { Namespace: 'Shop', MetricName: 'Errors', Statistic: 'Sum', Period: 60 } as const;
      const alarm = {
        ...metric,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      } as const;
      return Promise.resolve({
        make: () => cloudWatch.send(new PutMetricAlarmCommand({ AlarmName: 'errors', ...alarm })),
        names: async () =>
          (await cloudWatch.send(new DescribeAlarmsCommand({}))).MetricAlarms?.map(({ AlarmArn }) => AlarmArn),
      });
    },
  ],
  [
    'logs',
    (localAws, keys) => {
      const logs = new CloudWatchLogsClient(configurationOf(localAws, keys));
      return Promise.resolve({
        make: () => logs.send(new CreateLogGroupCommand({ logGroupName: '/shop/web' })),
        names: async () =>
          (await logs.send(new DescribeLogGroupsCommand({}))).logGroups?.map(({ logGroupArn }) => logGroupArn),
      });
    },
  ],
  [
    'dynamodb',
    (localAws, keys) => {
      const dynamodb = new DynamoDBClient(configurationOf(localAws, keys));
      const key = { AttributeName: 'id' } as const;
      return Promise.resolve({
        make: () =>
          dynamodb.send(
            new CreateTableCommand({
              TableName: 'orders',
              KeySchema: [{ ...key, KeyType: 'HASH' }],
              AttributeDefinitions: [{ ...key, AttributeType: 'S' }],
              BillingMode: 'PAY_PER_REQUEST',
            }),
          ),
        names: async () => (await dynamodb.send(new ListTablesCommand({}))).TableNames,
      });
    },
  ],
];

describe('several accounts behind one endpoint', () => {
  it('are told apart by the key that signs', async () => {
    const localAws = await startTwo();
    expect(await identityOf(localAws, STAGING_KEYS)).toMatchObject({
      Account: STAGING,
      Arn: `arn:aws:iam::${STAGING}:user/sam`,
    });
    expect(await identityOf(localAws, PRODUCTION_KEYS)).toMatchObject({
      Account: PRODUCTION,
      Arn: `arn:aws:iam::${PRODUCTION}:user/pat`,
    });
    expect(localAws.calls().map(({ callerArn }) => callerArn)).toEqual([
      `arn:aws:iam::${STAGING}:user/sam`,
      `arn:aws:iam::${PRODUCTION}:user/pat`,
    ]);
  });

  it.each(SERVICES)('have each their own of what %s keeps', async (service, open) => {
    const localAws = await startTwo();
    const [staging, production] = [await open(localAws, STAGING_KEYS), await open(localAws, PRODUCTION_KEYS)];
    await staging.make();
    expect(await production.names()).toEqual([]);
    // The same name is free in the other account.
    await production.make();
    const names = [await staging.names(), await production.names()];
    const numbers = service === 'dynamodb' ? ['orders', 'orders'] : [STAGING, PRODUCTION];
    expect(names).toEqual(numbers.map((number) => [expect.stringContaining(number)]));
  });

  it('answer many calls at once, each in its own account', async () => {
    const localAws = await startTwo();
    const keys = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? STAGING_KEYS : PRODUCTION_KEYS));
    const made = await Promise.all(
      keys.map(async (key, index) => {
        const { cluster } = await ecsOf(localAws, key).send(new CreateClusterCommand({ clusterName: `c${index}` }));
        return cluster?.clusterArn?.split(':')[4];
      }),
    );
    expect(made).toEqual(keys.map((key) => (key === STAGING_KEYS ? STAGING : PRODUCTION)));
    const { clusterArns } = await ecsOf(localAws, PRODUCTION_KEYS).send(new ListClustersCommand({}));
    expect(clusterArns).toHaveLength(20);
  });

  it("take no other account's resource for one of their own", async () => {
    const localAws = await startTwo();
    const { cluster } = await ecsOf(localAws, PRODUCTION_KEYS).send(new CreateClusterCommand({ clusterName: 'shop' }));
    const ecs = ecsOf(localAws, STAGING_KEYS);
    await ecs.send(new CreateClusterCommand({ clusterName: 'shop' }));
    const arn = cluster?.clusterArn ?? '';
    await expect(ecs.send(new DescribeClustersCommand({ clusters: [arn] }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        `User: arn:aws:iam::${STAGING}:user/sam is not authorized to perform: ecs:DescribeClusters ` +
        `on resource: ${arn} because no resource-based policy allows the ecs:DescribeClusters action`,
    });
    await expect(ecs.send(new ListTasksCommand({ cluster: arn }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    const ecr = ecrOf(localAws, STAGING_KEYS);
    await expect(ecr.send(new DescribeRepositoriesCommand({ registryId: PRODUCTION }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });

  it('have each a registry at an address of its own, that takes no token of another', async () => {
    const localAws = await startTwo();
    const [staging, production] = [
      await registryOf(localAws, STAGING_KEYS),
      await registryOf(localAws, PRODUCTION_KEYS),
    ];
    expect(staging.url).toBe(localAws.endpoint);
    expect(production.url).toBe(`http://${localAws.accounts.get(PRODUCTION)?.registryHost ?? ''}`);
    expect(production.url).not.toBe(staging.url);
    await ecrOf(localAws, PRODUCTION_KEYS).send(new CreateRepositoryCommand({ repositoryName: 'shop/web' }));
    const { repositories } = await ecrOf(localAws, PRODUCTION_KEYS).send(new DescribeRepositoriesCommand({}));
    expect(`http://${repositories?.[0]?.repositoryUri ?? ''}`).toBe(`${production.url}/shop/web`);
    const status = async (url: string, authorization: string) =>
      (await fetch(`${url}/v2/shop/web/tags/list`, { headers: { authorization } })).status;
    expect(await status(production.url, production.authorization)).toBe(200);
    expect(await status(production.url, staging.authorization)).toBe(401);
    expect(await status(staging.url, staging.authorization)).toBe(404);
    expect(await status(staging.url, production.authorization)).toBe(401);
    // Its own port is a registry, and nothing else.
    expect((await fetch(`${production.url}/_local/state`)).status).toBe(404);
    const call = localAws.calls().find(({ service, status: code }) => service === 'registry' && code === 200);
    expect(call).toMatchObject({ accessKeyId: 'AWS', callerArn: `arn:aws:iam::${PRODUCTION}:user/pat` });
  });

  it('are all in the state, the default one first', async () => {
    const localAws = await startTwo();
    await ecsOf(localAws, PRODUCTION_KEYS).send(new CreateClusterCommand({ clusterName: 'shop' }));
    const state = JSON.parse(JSON.stringify(localAws.state())) as {
      services: { ecs: { clusters: unknown[] } };
      accounts: Record<string, { services: { ecs: { clusters: unknown[] } } }>;
    };
    expect(Object.keys(state.accounts)).toEqual([STAGING, PRODUCTION]);
    expect(state.services.ecs.clusters).toHaveLength(0);
    expect(state.accounts[PRODUCTION]?.services.ecs.clusters).toHaveLength(1);
  });

  it('meet faults whoever calls', async () => {
    const localAws = await startTwo();
    localAws.faults.add({ operation: 'ecs:ListClusters', nth: 2, kind: 'access-denied' });
    await ecsOf(localAws, STAGING_KEYS).send(new ListClustersCommand({}));
    const second = ecsOf(localAws, PRODUCTION_KEYS).send(new ListClustersCommand({}));
    await expect(second).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`User: arn:aws:iam::${PRODUCTION}:user/pat is not authorized`),
    });
  });

  it("give no stale answer of another account's", async () => {
    const localAws = await startTwo();
    const list = (keys: Keys) => ecsOf(localAws, keys).send(new ListClustersCommand({}));
    await list(PRODUCTION_KEYS);
    await ecsOf(localAws, STAGING_KEYS).send(new CreateClusterCommand({ clusterName: 'shop' }));
    localAws.faults.add({ operation: 'ecs:ListClusters', always: true, kind: 'stale-read' });
    expect((await list(STAGING_KEYS)).clusterArns).toHaveLength(1);
  });
});

describe('keys that nobody has', () => {
  it("are the default account's", async () => {
    expect(await identityOf(await startTwo(), CALLER)).toMatchObject({ Account: STAGING });
    const other = await start({ accounts: TWO_ACCOUNTS, accountId: PRODUCTION });
    expect(await identityOf(other, CALLER)).toMatchObject({ Account: PRODUCTION });
    const third = await start({ accounts: TWO_ACCOUNTS, accountId: '333333333333' });
    expect(await identityOf(third, CALLER)).toMatchObject({ Account: '333333333333' });
  });

  it('are refused when they are told to be', async () => {
    const localAws = await start({ accounts: TWO_ACCOUNTS, unknownKeys: false });
    await expect(identityOf(localAws, CALLER)).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    await expect(ecsOf(localAws, CALLER).send(new ListClustersCommand({}))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    expect(await identityOf(localAws, STAGING_KEYS)).toMatchObject({ Account: STAGING });
  });
});

describe('the option accounts', () => {
  const role = { name: 'deliver', trustPolicy: { Statement: [] } };
  it.each([
    ['accounts[0].accountId', [{ accountId: '12' }]],
    ["accounts has '111111111111'", [{ accountId: STAGING }, { accountId: STAGING }]],
    ["accounts[0] has 'keys'", [{ accountId: STAGING, keys: [] }]],
    ['accounts[0].users[0].accessKeyId', [{ accountId: STAGING, users: [{ accessKeyId: '' }] }]],
    ["'AKIA1'", [{ accountId: STAGING, users: [{ accessKeyId: 'AKIA1' }, { accessKeyId: 'AKIA1' }] }]],
    ['accounts[0].roles has', [{ accountId: STAGING, roles: [role, role] }]],
    ['roles[0].maxSessionSeconds', [{ accountId: STAGING, roles: [{ ...role, maxSessionSeconds: 60 }] }]],
    ['roles[0].trustPolicy', [{ accountId: STAGING, roles: [{ name: 'deliver' }] }]],
    ['identityProviders[0].url', [{ accountId: STAGING, identityProviders: [{ url: 'http://issuer' }] }]],
  ])('refuses %s', async (message, accounts) => {
    const options = { tasks: 'simulated', accounts: accounts as never } as const;
    await expect(startLocalAws(options)).rejects.toMatchObject({
      code: 'LOCAL_AWS_OPTION',
      message: expect.stringContaining(message),
    });
  });
});
