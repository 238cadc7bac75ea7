import { WeightedChoice } from '../../dataplane/weighted-choice.js';
import { AwsError, type CallContext } from '../../service.js';
import { readActions } from './actions.js';
import { readConditions } from './conditions.js';
import { validationError } from './errors.js';
import type { Input } from './input.js';
import { readPage } from './page.js';
import type { ActionInForce, Rule, ShownAction } from './records.js';
import type { Elbv2Store } from './store.js';
import { readTags } from './tags.js';

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html */
const PRIORITY = { min: 1, max: 50_000 };

/** ruleOperations are the operations on listener rules. */
export function ruleOperations(store: Elbv2Store): Record<string, (input: Input, context: CallContext) => object> {
  return {
    CreateRule: (input) => create(store, input),
    DescribeRules: (input) => describe(store, input),
    ModifyRule: (input) => modify(store, input),
    DeleteRule: (input) => {
      const rule = store.rule(input.required('RuleArn'));
      input.refuseOthers();
      requireNotDefault(rule, 'deleted');
      const listener = store.listener(rule.listenerArn);
      listener.rules = listener.rules.filter(({ arn }) => arn !== rule.arn);
      store.tags.delete(rule.arn);
      store.refreshAttachments();
      return {};
    },
  };
}

/** newRule returns a rule with an ARN of its own; the caller puts it in its place. */
export function newRule(store: Elbv2Store, parts: Omit<Rule, 'arn' | 'inForce'>): Rule {
  const [, , , region = ''] = parts.listenerArn.split(':');
  const path = parts.listenerArn.replace(/^.*:listener\//, 'listener-rule/');
  return {
    ...parts,
    arn: store.newArn(region, path),
    inForce: inForce(parts.action),
  };
}

/** setAction replaces a rule's action. Requests follow it once it has reached the data plane: by default the next. */
export function setAction(store: Elbv2Store, rule: Rule, action: ShownAction): void {
  rule.action = action;
  store.refreshAttachments();
  store.propagate(() => {
    rule.inForce = inForce(action);
    store.refreshAttachments();
  });
}

function inForce({ meaning }: ShownAction): ActionInForce {
  return { meaning, choice: new WeightedChoice(meaning.type === 'forward' ? meaning.targetGroups : []) };
}

function create(store: Elbv2Store, input: Input): object {
  const listener = store.listener(input.required('ListenerArn'));
  const priority = input.integer('Priority', PRIORITY);
  if (priority === undefined) throw validationError("'Priority' must be specified");
  const conditions = readConditions(input.structures('Conditions'));
  const action = readActions(input.structures('Actions'));
  const tags = readTags(input);
  input.refuseOthers();
  if (listener.rules.some((rule) => rule.priority === priority)) {
    throw new AwsError('PriorityInUse', `Priority '${priority}' is currently in use`);
  }
  const rule = newRule(store, {
    listenerArn: listener.arn,
    priority,
    conditions,
    action,
  });
  store.requireForwardable(rule.action.meaning, listener.loadBalancerArn);
  listener.rules = [...listener.rules, rule].sort((a, b) => rank(a) - rank(b));
  store.tags.set(rule.arn, tags);
  store.refreshAttachments();
  return { Rules: [show(rule)] };
}

function rank({ priority }: Rule): number {
  return priority === 'default' ? Number.POSITIVE_INFINITY : priority;
}

function describe(store: Elbv2Store, input: Input): object {
  const listenerArn = input.text('ListenerArn');
  const arns = input.texts('RuleArns');
  readPage(input);
  input.refuseOthers();
  if ((listenerArn === undefined) === (arns.length === 0)) {
    throw validationError('You must specify either rule ARNs or a listener ARN');
  }
  const rules = listenerArn === undefined ? arns.map((arn) => store.rule(arn)) : store.listener(listenerArn).rules;
  return { Rules: rules.map(show) };
}

/** What is given is replaced whole, what is absent stays. */
function modify(store: Elbv2Store, input: Input): object {
  const rule = store.rule(input.required('RuleArn'));
  const conditions = input.has('Conditions') ? readConditions(input.structures('Conditions')) : rule.conditions;
  const action = input.has('Actions') ? readActions(input.structures('Actions')) : undefined;
  input.refuseOthers();
  requireNotDefault(rule, 'modified');
  if (action) {
    store.requireForwardable(action.meaning, store.listener(rule.listenerArn).loadBalancerArn);
    setAction(store, rule, action);
  }
  rule.conditions = conditions;
  return { Rules: [show(rule)] };
}

function requireNotDefault(rule: Rule, verb: string): void {
  if (rule.priority !== 'default') return;
  throw new AwsError('OperationNotPermitted', `Default rule '${rule.arn}' cannot be ${verb}`);
}

function show(rule: Rule): object {
  return {
    RuleArn: rule.arn,
    Priority: String(rule.priority),
    Conditions: rule.conditions.shown,
    Actions: rule.action.shown,
    IsDefault: rule.priority === 'default',
  };
}
