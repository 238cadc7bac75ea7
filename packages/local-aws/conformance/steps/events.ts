import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { step, type Stage, type Step } from '../step.js';

const bus = ({ prefix }: Stage): string => `${prefix}-bus`;
const rule = ({ prefix }: Stage): string => `${prefix}-nightly`;
const TARGET = {
  Id: 'job',
  Arn: 'arn:aws:ecs:us-east-1:123456789012:cluster/shop',
  RoleArn: 'arn:aws:iam::123456789012:role/events',
  EcsParameters: {
    TaskDefinitionArn: 'arn:aws:ecs:us-east-1:123456789012:task-definition/job:3',
    TaskCount: 1,
    LaunchType: 'FARGATE' as const,
  },
};

/** EVENTS_STEPS are the calls of EventBridge. */
export const EVENTS_STEPS: readonly Step[] = [
  step('events:CreateEventBus', 'a new one', (s) => s.events.send(new CreateEventBusCommand({ Name: bus(s) }))),
  step('events:CreateEventBus', 'a second time', (s) => s.events.send(new CreateEventBusCommand({ Name: bus(s) }))),
  step('events:ListEventBuses', 'by prefix', (s) => s.events.send(new ListEventBusesCommand({ NamePrefix: s.prefix }))),
  step('events:PutRule', 'by schedule', (s) =>
    s.events.send(new PutRuleCommand({ Name: rule(s), ScheduleExpression: 'rate(1 day)', State: 'DISABLED' })),
  ),
  step('events:PutRule', 'by nothing', (s) => s.events.send(new PutRuleCommand({ Name: `${s.prefix}-none` }))),
  step('events:PutRule', 'by schedule on a bus of its own', (s) =>
    s.events.send(new PutRuleCommand({ Name: rule(s), EventBusName: bus(s), ScheduleExpression: 'rate(1 day)' })),
  ),
  step('events:PutRule', 'by pattern on a bus of its own', (s) =>
    s.events.send(new PutRuleCommand({ Name: rule(s), EventBusName: bus(s), EventPattern: '{"source":["shop"]}' })),
  ),
  step('events:ListRules', 'of the default bus', (s) => s.events.send(new ListRulesCommand({ NamePrefix: s.prefix }))),
  step('events:ListRules', 'of a bus of its own', (s) =>
    s.events.send(new ListRulesCommand({ EventBusName: bus(s), NamePrefix: s.prefix })),
  ),
  step('events:PutTargets', 'a task', (s) =>
    s.events.send(new PutTargetsCommand({ Rule: rule(s), Targets: [TARGET] })),
  ),
  step('events:PutTargets', 'of a rule that is not', (s) =>
    s.events.send(new PutTargetsCommand({ Rule: `${s.prefix}-none`, Targets: [TARGET] })),
  ),
  step('events:ListTargetsByRule', 'a task', (s) => s.events.send(new ListTargetsByRuleCommand({ Rule: rule(s) }))),
  step('events:ListTargetsByRule', 'of a rule that is not', (s) =>
    s.events.send(new ListTargetsByRuleCommand({ Rule: `${s.prefix}-none` })),
  ),
  step('events:DeleteRule', 'with targets', (s) => s.events.send(new DeleteRuleCommand({ Name: rule(s) }))),
  step('events:RemoveTargets', 'a task', (s) =>
    s.events.send(new RemoveTargetsCommand({ Rule: rule(s), Ids: [TARGET.Id] })),
  ),
  step('events:DeleteRule', 'without', (s) => s.events.send(new DeleteRuleCommand({ Name: rule(s) }))),
  step('events:DeleteRule', 'of a bus of its own', (s) =>
    s.events.send(new DeleteRuleCommand({ Name: rule(s), EventBusName: bus(s) })),
  ),
  step('events:DeleteEventBus', 'without rules', (s) => s.events.send(new DeleteEventBusCommand({ Name: bus(s) }))),
  step('events:DeleteEventBus', 'the default one', (s) =>
    s.events.send(new DeleteEventBusCommand({ Name: 'default' })),
  ),
];
