import { describe, expect, it } from '@jest/globals';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { CreateServiceCommand, DescribeTasksCommand, ListTasksCommand, RunTaskCommand } from '@aws-sdk/client-ecs';
import { buildWeb, createWebService, register, REGION, until } from '../cloudwatch/web.js';
import { clientConfiguration, localAwsPerTest } from '../running.js';

const start = localAwsPerTest();

const awslogs = (options: Record<string, string> = {}, logDriver = 'awslogs') => ({
  logConfiguration: {
    logDriver,
    options: {
      'awslogs-group': '/ecs/web',
      'awslogs-region': REGION,
      'awslogs-stream-prefix': 'web',
      ...options,
    },
  },
});

async function open() {
  const simulate = () => ({ writes: ['listening'], writesRequests: true });
  const localAws = await start({ region: REGION, simulate });
  return { web: await buildWeb(localAws), logs: new CloudWatchLogsClient(clientConfiguration(localAws)) };
}

describe('the log driver awslogs', () => {
  it('writes what a task says to the stream prefix/container/task', async () => {
    const { web, logs } = await open();
    await createWebService(web.ecs, {
      container: awslogs({ 'awslogs-create-group': 'true' }),
      loadBalancers: [{ targetGroupArn: web.groups[0], containerName: 'app', containerPort: 8080 }],
    });
    await fetch(`${web.url}/hello`);
    const { taskArns } = await web.ecs.send(new ListTasksCommand({ cluster: 'staging' }));
    const task = taskArns?.[0]?.split('/').at(-1) ?? '';
    const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName: '/ecs/web' }));
    expect(logStreams?.map(({ logStreamName }) => logStreamName)).toEqual([`web/app/${task}`]);
    const { events } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: '/ecs/web', filterPattern: '?listening ?hello' }),
    );
    expect(events?.map(({ message }) => message)).toEqual(['listening', 'GET /hello 200']);
  });

  it('keeps a task from starting when the group does not exist, in AWS’s words', async () => {
    const { web, logs } = await open();
    await web.ecs.send(
      new CreateServiceCommand({
        cluster: 'staging',
        serviceName: 'web',
        taskDefinition: await register(web.ecs, '1', awslogs()),
        desiredCount: 1,
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      }),
    );
    const stopped = await until(
      () => web.ecs.send(new ListTasksCommand({ cluster: 'staging', desiredStatus: 'STOPPED' })),
      ({ taskArns }) => (taskArns ?? []).length > 0,
    );
    const { tasks } = await web.ecs.send(
      new DescribeTasksCommand({ cluster: 'staging', tasks: stopped.taskArns?.slice(0, 1) }),
    );
    expect(tasks?.[0]).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason:
        'ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed ' +
        'to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.',
    });
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/ecs/web' }));
    await until(
      () => web.ecs.send(new ListTasksCommand({ cluster: 'staging', desiredStatus: 'RUNNING' })),
      ({ taskArns }) => (taskArns ?? []).length > 0,
    );
  });

  it.each([
    [awslogs({}, 'splunk'), 'logConfiguration.logDriver with the value "splunk"'],
    [awslogs({ 'awslogs-multiline-pattern': '^a' }), 'awslogs-multiline-pattern'],
    [awslogs({ 'awslogs-create-group': 'yes' }), 'awslogs-create-group'],
    [awslogs({ 'awslogs-stream-prefix': '' }), 'requires options: awslogs-stream-prefix'],
  ])('refuses to run %j', async (container, message) => {
    const { web } = await open();
    const taskDefinition = await register(web.ecs, '1', container);
    const networkConfiguration = { awsvpcConfiguration: { subnets: ['subnet-1'] } };
    const run = web.ecs.send(new RunTaskCommand({ cluster: 'staging', taskDefinition, networkConfiguration }));
    await expect(run).rejects.toThrow(message);
  });
});
