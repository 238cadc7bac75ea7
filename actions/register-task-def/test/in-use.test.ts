import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { awsConfiguration, createScheduledTasks, createTaskDefinitions } from '@slipway/aws';
import { SERVICE, openScene, type Scene } from '@slipway/rehearsal';

const configurationFor = (endpoint: string, region: string) => ({
  ...awsConfiguration(region, {}),
  endpoint,
  credentials: async () => ({ accessKeyId: 'AKIATEST', secretAccessKey: 'not a secret' }),
});

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
}, 60_000);
afterAll(() => scene.close());

describe('what is in use', () => {
  it('is what services and their tasks run, in every cluster', async () => {
    const region = await scene.aws.ecs.config.region();
    const definitions = createTaskDefinitions(configurationFor(scene.localAws.endpoint, region));
    await scene.register('second');
    const arns = await definitions.activeArns(SERVICE);
    expect(arns.map((arn) => arn.split('/')[1])).toEqual([`${SERVICE}:2`, `${SERVICE}:1`]);
    expect([...(await definitions.inUse(SERVICE))]).toEqual([arns[1]]);
    await definitions.deregister(arns[0] ?? '');
    expect(await definitions.activeArns(SERVICE)).toEqual([arns[1]]);
  }, 30_000);
});

describe('what is scheduled', () => {
  it('is what the rules of all buses start, page by page', async () => {
    const region = await scene.aws.ecs.config.region();
    const configuration = configurationFor(scene.localAws.endpoint, region);
    const events = new EventBridgeClient(configuration);
    const target = { Id: 'job', Arn: 'arn:aws:ecs:eu-central-1:123456789012:cluster/shop' };
    const starting = (TaskDefinitionArn: string) => [{ ...target, EcsParameters: { TaskDefinitionArn } }];
    await events.send(new CreateEventBusCommand({ Name: 'own' }));
    // More than a page of them; the last one is on the second.
    for (let count = 100; count <= 200; count += 1) {
      await events.send(new PutRuleCommand({ Name: `rule-${count}`, ScheduleExpression: 'rate(1 day)' }));
    }
    await events.send(new PutTargetsCommand({ Rule: 'rule-100', Targets: [target] }));
    await events.send(new PutTargetsCommand({ Rule: 'rule-200', Targets: starting('arn:web:3') }));
    const sold = { Name: 'sold', EventBusName: 'own', EventPattern: '{"source":["shop"]}', State: 'DISABLED' } as const;
    await events.send(new PutRuleCommand(sold));
    const targets = { Rule: 'sold', EventBusName: 'own', Targets: starting('arn:web:4') };
    await events.send(new PutTargetsCommand(targets));
    const used = await createScheduledTasks(configuration).usedRevisions();
    expect([...used].sort()).toEqual(['arn:web:3', 'arn:web:4']);
  }, 60_000);
});
