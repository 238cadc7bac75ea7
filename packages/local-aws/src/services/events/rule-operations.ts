import type {
  DeleteRuleRequest,
  ListRulesRequest,
  ListTargetsByRuleRequest,
  PutRuleRequest,
  PutTargetsRequest,
  RemoveTargetsRequest,
  Target,
} from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../service.js';
import { isDefault, type Bus, type Buses, type Rule } from './buses.js';
import { invalid, refuseOthers } from './errors.js';
import { operation } from './operations.js';
import { pageOf } from './paging.js';

const STATES: readonly string[] = ['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'];

/** ruleOperations are the calls on rules and their targets. */
export function ruleOperations(buses: Buses): Readonly<Record<string, Operation>> {
  return {
    ...operation<PutRuleRequest>('PutRule', (input, { region }) => ({ RuleArn: putRule(buses, input, region).arn })),
    ...operation<DeleteRuleRequest>('DeleteRule', (input, { region }) => {
      const bus = buses.get(region, input.EventBusName);
      if ((bus.rules.get(input.Name ?? '')?.targets.size ?? 0) > 0) {
        throw invalid("Rule can't be deleted since it has targets.");
      }
      bus.rules.delete(input.Name ?? '');
      return {};
    }),
    ...operation<ListRulesRequest>('ListRules', (input, { region }) => {
      const bus = buses.get(region, input.EventBusName);
      const found = [...bus.rules.values()]
        .filter(({ name }) => name.startsWith(input.NamePrefix ?? ''))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, NextToken } = pageOf(found, input);
      return { Rules: items.map((rule) => ruleView(rule, bus)), NextToken };
    }),
    ...targetOperations(buses),
  };
}

function targetOperations(buses: Buses): Readonly<Record<string, Operation>> {
  const ruleOf = (region: string, { EventBusName, Rule: name = '' }: PutTargetsRequest | ListTargetsByRuleRequest) =>
    buses.rule(buses.get(region, EventBusName), name);
  const done = { FailedEntryCount: 0, FailedEntries: [] };
  return {
    ...operation<PutTargetsRequest>('PutTargets', (input, { region }) => {
      const { targets } = ruleOf(region, input);
      for (const target of input.Targets ?? []) targets.set(target.Id ?? '', target);
      return done;
    }),
    ...operation<RemoveTargetsRequest>('RemoveTargets', (input, { region }) => {
      const { targets } = buses.rule(buses.get(region, input.EventBusName), input.Rule ?? '');
      for (const id of input.Ids ?? []) targets.delete(id);
      return done;
    }),
    ...operation<ListTargetsByRuleRequest>('ListTargetsByRule', (input, { region }) => {
      const { items, NextToken } = pageOf([...ruleOf(region, input).targets.values()], input);
      return { Targets: items, NextToken };
    }),
  };
}

function putRule(buses: Buses, input: PutRuleRequest, region: string): Rule {
  refuseOthers(input, [
    'Name',
    'ScheduleExpression',
    'EventPattern',
    'State',
    'Description',
    'RoleArn',
    'EventBusName',
  ]);
  const { Name: name = '', ScheduleExpression: schedule, EventPattern: pattern, Description, RoleArn } = input;
  const state = input.State ?? 'ENABLED';
  const bus = buses.get(region, input.EventBusName);
  if (!/^[.\w-]{1,64}$/.test(name)) throw invalid(`The rule name '${name}' is not valid.`);
  if (schedule === undefined && pattern === undefined) {
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  if (schedule !== undefined && !/^(?:rate|cron)\(.+\)$/.test(schedule)) {
    throw invalid('Parameter ScheduleExpression is not valid.');
  }
  if (schedule !== undefined && !isDefault(bus)) {
    throw invalid('ScheduleExpression is supported only on the default event bus.');
  }
  if (!STATES.includes(state)) throw invalid(`The state ${String(state)} is not valid.`);
  const rule: Rule = {
    ...{
      name,
      arn: buses.ruleArn(region, bus, name),
      state,
      targets: bus.rules.get(name)?.targets ?? new Map<string, Target>(),
    },
    ...(schedule === undefined ? {} : { schedule }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(Description === undefined ? {} : { description: Description }),
    ...(RoleArn === undefined ? {} : { roleArn: RoleArn }),
  };
  bus.rules.set(name, rule);
  return rule;
}

function ruleView({ name, arn, schedule, pattern, description, roleArn, state }: Rule, bus: Bus): object {
  return {
    ...{ Name: name, Arn: arn, State: state, EventBusName: bus.name },
    ...{ ScheduleExpression: schedule, EventPattern: pattern, Description: description, RoleArn: roleArn },
  };
}
