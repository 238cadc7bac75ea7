import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOAD_BALANCERS, NETWORK, openStage, type EcsStage } from './stage.js';

let on: EcsStage;

beforeAll(async () => {
  on = await openStage();
  await on.createService('1');
});

afterAll(async () => {
  await on.close();
});

async function errorOf(operation: string, input: object): Promise<{ code: string; message: string }> {
  try {
    await on.call(operation, input);
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error(`${operation} did not fail`);
}

const service = { cluster: 'staging', serviceName: 'other', taskDefinition: 'web', networkConfiguration: NETWORK };
const blueGreen = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };
const container = { name: 'app', image: 'web:1', memory: 64 };

describe('the API', () => {
  it('tells of what is missing where AWS does not throw', async () => {
    expect(await on.call('DescribeServices', { cluster: 'staging', services: ['web', 'nobody'] })).toMatchObject({
      services: [{ serviceName: 'web' }],
      failures: [{ arn: 'arn:aws:ecs:us-east-1:123456789012:service/staging/nobody', reason: 'MISSING' }],
    });
    expect(await on.call('DescribeClusters', { clusters: ['staging', 'nowhere'] })).toMatchObject({
      clusters: [{ clusterName: 'staging', status: 'ACTIVE', activeServicesCount: 1, runningTasksCount: 2 }],
      failures: [{ reason: 'MISSING' }],
    });
    expect(await on.call('DescribeTasks', { cluster: 'staging', tasks: ['f00'] })).toMatchObject({
      tasks: [],
      failures: [{ reason: 'MISSING' }],
    });
  });

  it('finds a task definition by family, family:revision and ARN, with tags when asked', async () => {
    const { taskDefinition } = await on.call<{ taskDefinition: { taskDefinitionArn: string } }>(
      'RegisterTaskDefinition',
      {
        family: 'api',
        containerDefinitions: [container],
        tags: [{ key: 'commit', value: 'abc' }],
      },
    );
    const again = await on.call<{ taskDefinition: object }>('RegisterTaskDefinition', {
      family: 'api',
      containerDefinitions: [{ ...container, environment: [{ name: 'A', value: '1' }] }],
    });
    expect(again.taskDefinition).toMatchObject({ family: 'api', revision: 2, status: 'ACTIVE' });
    const first = { taskDefinition: { revision: 1, taskDefinitionArn: taskDefinition.taskDefinitionArn } };
    const tags = [{ key: 'commit', value: 'abc' }];
    for (const reference of ['api:1', taskDefinition.taskDefinitionArn]) {
      const described = await on.call('DescribeTaskDefinition', { taskDefinition: reference, include: ['TAGS'] });
      expect(described).toMatchObject({ ...first, tags });
    }
    expect(await on.call('DescribeTaskDefinition', { taskDefinition: 'api' })).toMatchObject({
      taskDefinition: { revision: 2 },
    });
    await on.call('DeregisterTaskDefinition', { taskDefinition: 'api:2' });
    expect(await on.call('DescribeTaskDefinition', { taskDefinition: 'api' })).toMatchObject(first);
    expect(await on.call('ListTaskDefinitions', { familyPrefix: 'api', maxResults: 1 })).toEqual({
      taskDefinitionArns: [taskDefinition.taskDefinitionArn],
    });
  });

  it('hands the tags of the service on to tasks that start later', async () => {
    await on.call('TagResource', {
      resourceArn: (await on.describeService()).serviceArn,
      tags: [{ key: 'team', value: 'x' }],
    });
    await on.update({ propagateTags: 'SERVICE', enableECSManagedTags: true, desiredCount: 3 });
    const { taskArns } = await on.call<{ taskArns: string[] }>('ListTasks', { cluster: 'staging', serviceName: 'web' });
    const described = await on.call('DescribeTasks', {
      cluster: 'staging',
      tasks: taskArns.slice(-1),
      include: ['TAGS'],
    });
    expect(described).toMatchObject({
      tasks: [
        {
          tags: [
            { key: 'team', value: 'x' },
            { key: 'aws:ecs:clusterName', value: 'staging' },
            { key: 'aws:ecs:serviceName', value: 'web' },
          ],
        },
      ],
    });
    await on.update({ desiredCount: 2 });
    await on.until('two tasks', async () => (await on.describeService()).runningCount === 2);
  });

  it('tags, untags and lists', async () => {
    const { serviceArn: resourceArn } = await on.describeService();
    await on.call('TagResource', {
      resourceArn,
      tags: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    });
    await on.call('UntagResource', { resourceArn, tagKeys: ['a'] });
    expect(await on.call('ListTagsForResource', { resourceArn })).toMatchObject({
      tags: expect.arrayContaining([{ key: 'b', value: '2' }]),
    });
  });

  it('describes tasks with what their engine told, and revisions with the groups they were given', async () => {
    const [task] = await on.tasks();
    expect(task).toMatchObject({
      lastStatus: 'RUNNING',
      group: 'service:web',
      containers: [
        { name: 'app', image: 'web:1', lastStatus: 'RUNNING', runtimeId: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ],
    });
    const ip = task?.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address;
    expect(task?.attachments?.[0]?.details).toContainEqual({ name: 'privateIPv4Address', value: ip });
    const { currentServiceRevisions } = await on.describeService();
    const arn = currentServiceRevisions?.[0]?.arn;
    expect(await on.call('DescribeServiceRevisions', { serviceRevisionArns: [arn] })).toMatchObject({
      serviceRevisions: [
        { resolvedConfiguration: { loadBalancers: [{ targetGroupArn: LOAD_BALANCERS[0]?.targetGroupArn }] } },
      ],
    });
  });

  it('pages', async () => {
    const all = await on.call<{ taskArns: string[] }>('ListTasks', { cluster: 'staging', serviceName: 'web' });
    const first = await on.call<{ taskArns: string[]; nextToken: string }>('ListTasks', {
      cluster: 'staging',
      maxResults: 1,
    });
    const second = await on.call<{ taskArns: string[]; nextToken?: string }>('ListTasks', {
      cluster: 'staging',
      maxResults: 1,
      nextToken: first.nextToken,
    });
    expect([...first.taskArns, ...second.taskArns]).toEqual(all.taskArns);
    expect(second.nextToken).toBeUndefined();
  });

  it('deletes a service, drained, and then its cluster', async () => {
    await on.call('CreateCluster', { clusterName: 'short' });
    await on.call('CreateService', {
      ...service,
      cluster: 'short',
      desiredCount: 1,
      loadBalancers: LOAD_BALANCERS,
      deploymentConfiguration: blueGreen,
    });
    const short = { cluster: 'short', services: ['other'] };
    const status = async () =>
      (await on.call<{ services: { status: string }[] }>('DescribeServices', short)).services[0]?.status;
    await on.call('DeleteService', { cluster: 'short', service: 'other', force: true });
    expect(await status()).toBe('DRAINING');
    await on.until('it is inactive', async () => (await status()) === 'INACTIVE');
    expect((await errorOf('UpdateService', { cluster: 'short', service: 'other' })).code).toBe(
      'ServiceNotActiveException',
    );
    expect(await on.call('DeleteCluster', { cluster: 'short' })).toMatchObject({ cluster: { status: 'INACTIVE' } });
  });
});
