import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { clientConfiguration, localAwsPerTest } from './running.js';

const start = localAwsPerTest();
let events: EventBridgeClient;
beforeEach(async () => {
  events = new EventBridgeClient(clientConfiguration(await start()));
});

const nightly = { Name: 'nightly', ScheduleExpression: 'cron(0 3 * * ? *)' };
const target = {
  Id: 'job',
  Arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/shop',
  EcsParameters: { TaskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/job:3' },
};

describe('EventBridge', () => {
  it('keeps rules and their targets', async () => {
    await events.send(new PutRuleCommand(nightly));
    await events.send(new PutTargetsCommand({ Rule: 'nightly', Targets: [target] }));
    const { Rules } = await events.send(new ListRulesCommand({}));
    expect(Rules).toMatchObject([{ ...nightly, State: 'ENABLED', EventBusName: 'default' }]);
    const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: 'nightly' }));
    expect(Targets).toEqual([target]);
    // Changed, a rule keeps its targets.
    await events.send(new PutRuleCommand({ ...nightly, State: 'DISABLED' }));
    expect((await events.send(new ListTargetsByRuleCommand({ Rule: 'nightly' }))).Targets).toHaveLength(1);
    await events.send(new RemoveTargetsCommand({ Rule: 'nightly', Ids: ['job'] }));
    await events.send(new DeleteRuleCommand({ Name: 'nightly' }));
    expect((await events.send(new ListRulesCommand({}))).Rules).toEqual([]);
  });

  it('has buses beside the default one, whose rules are their own', async () => {
    const { EventBusArn } = await events.send(new CreateEventBusCommand({ Name: 'shop' }));
    await events.send(
      new PutRuleCommand({ Name: 'sold', EventBusName: EventBusArn, EventPattern: '{"source":["a"]}' }),
    );
    const { EventBuses } = await events.send(new ListEventBusesCommand({}));
    expect(EventBuses?.map(({ Name }) => Name)).toEqual(['default', 'shop']);
    expect((await events.send(new ListRulesCommand({}))).Rules).toEqual([]);
    expect((await events.send(new ListRulesCommand({ EventBusName: 'shop' }))).Rules).toHaveLength(1);
  });

  it('gives pages', async () => {
    for (const Name of ['a', 'b', 'c']) await events.send(new PutRuleCommand({ ...nightly, Name }));
    const first = await events.send(new ListRulesCommand({ Limit: 2 }));
    const second = await events.send(new ListRulesCommand({ Limit: 2, NextToken: first.NextToken }));
    expect([first, second].map(({ Rules }) => Rules?.map(({ Name }) => Name))).toEqual([['a', 'b'], ['c']]);
    expect(second.NextToken).toBeUndefined();
  });

  it.each([
    ['a rule by nothing', new PutRuleCommand({ Name: 'none' }), 'ValidationException'],
    ['a schedule that is none', new PutRuleCommand({ Name: 'a', ScheduleExpression: 'daily' }), 'ValidationException'],
    ['a name that is none', new PutRuleCommand({ ...nightly, Name: 'a b' }), 'ValidationException'],
    [
      'what it does not do',
      new PutRuleCommand({ ...nightly, Tags: [{ Key: 'a', Value: 'b' }] }),
      'ValidationException',
    ],
    ['a bus that is not', new ListRulesCommand({ EventBusName: 'none' }), 'ResourceNotFoundException'],
    ['a rule that is not', new ListTargetsByRuleCommand({ Rule: 'none' }), 'ResourceNotFoundException'],
    ['the end of the default bus', new DeleteEventBusCommand({ Name: 'default' }), 'ValidationException'],
    ['a page of nowhere', new ListRulesCommand({ NextToken: 'x' }), 'ValidationException'],
  ])('refuses %s', async (_what, command, name) => {
    // The union of commands has no one signature that send() would take.
    await expect(events.send(command as ListRulesCommand)).rejects.toMatchObject({ name });
  });

  it('takes no schedule on another bus, and removes neither a rule with targets nor a bus with rules', async () => {
    await events.send(new CreateEventBusCommand({ Name: 'shop' }));
    const invalid = { name: 'ValidationException' };
    await expect(events.send(new PutRuleCommand({ ...nightly, EventBusName: 'shop' }))).rejects.toMatchObject(invalid);
    await events.send(new PutRuleCommand({ Name: 'sold', EventBusName: 'shop', EventPattern: '{}' }));
    await events.send(new PutTargetsCommand({ Rule: 'sold', EventBusName: 'shop', Targets: [target] }));
    const sold = { Name: 'sold', EventBusName: 'shop' };
    await expect(events.send(new DeleteRuleCommand(sold))).rejects.toMatchObject(invalid);
    await expect(events.send(new DeleteEventBusCommand({ Name: 'shop' }))).rejects.toMatchObject(invalid);
    await expect(events.send(new CreateEventBusCommand({ Name: 'shop' }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
  });
});
