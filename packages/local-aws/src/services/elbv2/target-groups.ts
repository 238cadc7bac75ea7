import { TargetPool } from '../../dataplane/target-pool.js';
import { AwsError, type CallContext } from '../../service.js';
import { readAttributes, showAttributes, type Attributes } from './attributes.js';
import { notFound, validationError } from './errors.js';
import { DEFAULT_HEALTH_CHECK, readHealthCheck, showHealthCheck } from './health-check-settings.js';
import type { Input } from './input.js';
import { requireName } from './names.js';
import { readPage } from './page.js';
import type { HealthCheckSettings, TargetGroup } from './records.js';
import { groupsOf, type Elbv2Store } from './store.js';
import { readTags } from './tags.js';

/** AWS's default. */
const DEREGISTRATION_DELAY_SECONDS = 300;
/** AWS's default: a day. */
const STICKY_SECONDS = 86_400;
const DELAY = 'deregistration_delay.timeout_seconds';
const STICKY = 'stickiness.enabled';
const STICKY_DURATION = 'stickiness.lb_cookie.duration_seconds';

/** targetGroupOperations are the operations on target groups themselves. */
export function targetGroupOperations(
  store: Elbv2Store,
): Record<string, (input: Input, context: CallContext) => object> {
  return {
    CreateTargetGroup: (input, context) => create(store, input, context),
    DescribeTargetGroups: (input, context) => describe(store, input, context),
    ModifyTargetGroup: (input) => {
      const group = store.targetGroup(input.required('TargetGroupArn'));
      const healthCheck = readHealthCheck(input, group.healthCheck);
      input.refuseOthers();
      group.healthCheck = healthCheck;
      return { TargetGroups: [show(store, group)] };
    },
    DeleteTargetGroup: (input) => remove(store, input),
    DescribeTargetGroupAttributes: (input) => {
      const group = store.targetGroup(input.required('TargetGroupArn'));
      input.refuseOthers();
      return { Attributes: showAttributes(attributesOf(group)) };
    },
    ModifyTargetGroupAttributes: (input) => {
      const group = store.targetGroup(input.required('TargetGroupArn'));
      const attributes = readAttributes(input, attributesOf(group));
      input.refuseOthers();
      group.deregistrationDelaySeconds = Number(attributes[DELAY]);
      group.stickiness = { enabled: attributes[STICKY] === 'true', seconds: Number(attributes[STICKY_DURATION]) };
      return { Attributes: showAttributes(attributesOf(group)) };
    },
  };
}

interface Wanted {
  readonly name: string;
  readonly port: number;
  readonly vpcId: string | undefined;
  readonly healthCheck: HealthCheckSettings;
}

function create(store: Elbv2Store, input: Input, context: CallContext): object {
  const wanted = readWanted(input);
  const tags = readTags(input);
  input.refuseOthers();
  const same = named(store, wanted.name, context.region);
  if (same) return existing(store, same, wanted);
  const group: TargetGroup = {
    ...wanted,
    arn: store.newArn(context.region, `targetgroup/${wanted.name}`),
    region: context.region,
    deregistrationDelaySeconds: DEREGISTRATION_DELAY_SECONDS,
    stickiness: { enabled: false, seconds: STICKY_SECONDS },
    pool: new TargetPool(
      store.world,
      () => group,
      () => store.tellHealthChange(group.arn),
    ),
  };
  store.targetGroups.set(group.arn, group);
  store.tags.set(group.arn, tags);
  return { TargetGroups: [show(store, group)] };
}

function readWanted(input: Input): Wanted {
  const name = input.required('Name');
  requireName(name);
  // AWS's default is `instance`, so the type has to be said.
  if (!input.oneOf('TargetType', ['ip'])) {
    throw validationError("'TargetType' is 'instance' by default; local-aws supports only ip");
  }
  if (!input.oneOf('Protocol', ['HTTP'])) throw validationError('A protocol must be specified');
  input.oneOf('ProtocolVersion', ['HTTP1']);
  input.oneOf('IpAddressType', ['ipv4']);
  const port = input.integer('Port', { min: 1, max: 65_535 });
  if (port === undefined) throw validationError('A port must be specified');
  return {
    name,
    port,
    vpcId: input.text('VpcId'),
    healthCheck: readHealthCheck(input, DEFAULT_HEALTH_CHECK),
  };
}

/** Creating the very same target group again succeeds, as on AWS. */
function existing(store: Elbv2Store, group: TargetGroup, wanted: Wanted): object {
  const settings = ({ port, vpcId, healthCheck }: Wanted): string => JSON.stringify({ port, vpcId, healthCheck });
  if (settings(group) === settings(wanted)) return { TargetGroups: [show(store, group)] };
  throw new AwsError(
    'DuplicateTargetGroupName',
    `A target group with the same name '${group.name}' exists, but with different settings`,
  );
}

function named(store: Elbv2Store, name: string, region: string): TargetGroup | undefined {
  return [...store.targetGroups.values()].find((each) => each.name === name && each.region === region);
}

function describe(store: Elbv2Store, input: Input, context: CallContext): object {
  const loadBalancerArn = input.text('LoadBalancerArn');
  const arns = input.texts('TargetGroupArns');
  const names = input.texts('Names');
  readPage(input);
  input.refuseOthers();
  if (loadBalancerArn !== undefined) store.loadBalancer(loadBalancerArn);
  const byName = names.map((name) => {
    const group = named(store, name, context.region);
    if (!group) throw notFound('target group', name);
    return group;
  });
  const chosen = [...arns.map((arn) => store.targetGroup(arn)), ...byName];
  const all = [...store.targetGroups.values()].filter(({ region }) => region === context.region);
  const groups = (arns.length + names.length > 0 ? chosen : all).filter(
    ({ arn }) => loadBalancerArn === undefined || store.loadBalancersOf(arn).includes(loadBalancerArn),
  );
  return { TargetGroups: groups.map((group) => show(store, group)) };
}

/** Deleting what does not exist succeeds, as on AWS. */
function remove(store: Elbv2Store, input: Input): object {
  const arn = input.required('TargetGroupArn');
  input.refuseOthers();
  const group = store.targetGroups.get(arn);
  if (!group) return {};
  if (store.rules().some((rule) => groupsOf(rule).includes(arn))) {
    throw new AwsError('ResourceInUse', `Target group '${arn}' is currently in use by a listener or a rule`);
  }
  store.targetGroups.delete(arn);
  store.tags.delete(arn);
  group.pool.close();
  return {};
}

function attributesOf(group: TargetGroup): Attributes {
  return {
    values: {
      [DELAY]: String(group.deregistrationDelaySeconds),
      [STICKY]: String(group.stickiness.enabled),
      'stickiness.type': 'lb_cookie',
      [STICKY_DURATION]: String(group.stickiness.seconds),
      'slow_start.duration_seconds': '0',
      'load_balancing.algorithm.type': 'round_robin',
      'load_balancing.cross_zone.enabled': 'use_load_balancer_configuration',
    },
    settable: {
      [DELAY]: { min: 0, max: 3_600 },
      [STICKY]: ['true', 'false'],
      // A week.
      [STICKY_DURATION]: { min: 1, max: 604_800 },
    },
  };
}

function show(store: Elbv2Store, group: TargetGroup): object {
  return {
    TargetGroupArn: group.arn,
    TargetGroupName: group.name,
    Protocol: 'HTTP',
    Port: group.port,
    VpcId: group.vpcId,
    ...showHealthCheck(group.healthCheck),
    LoadBalancerArns: store.loadBalancersOf(group.arn),
    TargetType: 'ip',
    ProtocolVersion: 'HTTP1',
    IpAddressType: 'ipv4',
  };
}
