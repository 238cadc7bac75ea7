import { claimAddress } from '../../dataplane/loopback.js';
import { AwsError, type CallContext } from '../../service.js';
import { readAttributes, showAttributes, type Attributes } from './attributes.js';
import { notFound } from './errors.js';
import type { Input } from './input.js';
import { closeListener } from './listeners.js';
import { requireName } from './names.js';
import { readPage } from './page.js';
import type { LoadBalancer, LoadBalancerSettings } from './records.js';
import type { Elbv2Store } from './store.js';
import { readTags } from './tags.js';

/** AWS's default. */
const IDLE_TIMEOUT_SECONDS = 60;
const IDLE_TIMEOUT = 'idle_timeout.timeout_seconds';

type Handler = (input: Input, context: CallContext) => object | Promise<object>;

/** loadBalancerOperations are the operations on load balancers themselves. */
export function loadBalancerOperations(store: Elbv2Store): Record<string, Handler> {
  return {
    CreateLoadBalancer: (input, context) => create(store, input, context),
    DescribeLoadBalancers: (input, context) => describe(store, input, context),
    DeleteLoadBalancer: (input) => remove(store, input),
    DescribeLoadBalancerAttributes: (input) => {
      const loadBalancer = store.loadBalancer(input.required('LoadBalancerArn'));
      input.refuseOthers();
      return { Attributes: showAttributes(attributesOf(loadBalancer)) };
    },
    ModifyLoadBalancerAttributes: (input) => {
      const loadBalancer = store.loadBalancer(input.required('LoadBalancerArn'));
      const attributes = readAttributes(input, attributesOf(loadBalancer));
      input.refuseOthers();
      loadBalancer.idleTimeoutSeconds = Number(attributes[IDLE_TIMEOUT]);
      return { Attributes: showAttributes(attributesOf(loadBalancer)) };
    },
  };
}

async function create(store: Elbv2Store, input: Input, context: CallContext): Promise<object> {
  const name = input.required('Name');
  requireName(name);
  input.oneOf('Type', ['application']);
  input.oneOf('IpAddressType', ['ipv4']);
  const settings: LoadBalancerSettings = {
    scheme: input.oneOf('Scheme', ['internet-facing', 'internal']) ?? 'internet-facing',
    subnets: input.texts('Subnets'),
    securityGroups: input.texts('SecurityGroups'),
  };
  const tags = readTags(input);
  input.refuseOthers();
  const same = named(store, name, context.region);
  if (same) return existing(same, settings);
  const address = await claimAddress(`${store.world.instanceId}/${context.region}/${name}`);
  // Another call may have made it while the address was looked for.
  const other = named(store, name, context.region);
  if (other) {
    await address.release();
    return existing(other, settings);
  }
  const loadBalancer: LoadBalancer = {
    arn: store.newArn(context.region, `loadbalancer/app/${name}`),
    name,
    region: context.region,
    settings,
    createdTime: store.world.time.now(),
    address,
    listeners: new Map(),
    idleTimeoutSeconds: IDLE_TIMEOUT_SECONDS,
  };
  store.loadBalancers.set(loadBalancer.arn, loadBalancer);
  store.tags.set(loadBalancer.arn, tags);
  // AWS answers before it is done; here the first look finds it active.
  return { LoadBalancers: [{ ...show(loadBalancer), State: { Code: 'provisioning' } }] };
}

/** Creating the very same load balancer again succeeds, as on AWS. */
function existing(loadBalancer: LoadBalancer, settings: LoadBalancerSettings): object {
  const isSame = JSON.stringify(loadBalancer.settings) === JSON.stringify(settings);
  if (isSame) return { LoadBalancers: [show(loadBalancer)] };
  throw new AwsError(
    'DuplicateLoadBalancerName',
    `A load balancer with the same name '${loadBalancer.name}' exists, but with different settings`,
  );
}

function named(store: Elbv2Store, name: string, region: string): LoadBalancer | undefined {
  return [...store.loadBalancers.values()].find((each) => each.name === name && each.region === region);
}

function describe(store: Elbv2Store, input: Input, context: CallContext): object {
  const arns = input.texts('LoadBalancerArns');
  const names = input.texts('Names');
  readPage(input);
  input.refuseOthers();
  const byName = names.map((name) => {
    const loadBalancer = named(store, name, context.region);
    if (!loadBalancer) throw notFound('load balancer', name);
    return loadBalancer;
  });
  const chosen = [...arns.map((arn) => store.loadBalancer(arn)), ...byName];
  const filtered = arns.length + names.length > 0;
  const all = [...store.loadBalancers.values()].filter(({ region }) => region === context.region);
  return { LoadBalancers: (filtered ? chosen : all).map(show) };
}

/** Deleting what does not exist succeeds, as on AWS. */
async function remove(store: Elbv2Store, input: Input): Promise<object> {
  const arn = input.required('LoadBalancerArn');
  input.refuseOthers();
  const loadBalancer = store.loadBalancers.get(arn);
  if (!loadBalancer) return {};
  store.loadBalancers.delete(arn);
  store.tags.delete(arn);
  for (const listener of loadBalancer.listeners.values()) await closeListener(store, listener);
  store.refreshAttachments();
  await loadBalancer.address.release();
  return {};
}

function attributesOf(loadBalancer: LoadBalancer): Attributes {
  return {
    values: {
      [IDLE_TIMEOUT]: String(loadBalancer.idleTimeoutSeconds),
      'deletion_protection.enabled': 'false',
      'access_logs.s3.enabled': 'false',
      'access_logs.s3.bucket': '',
      'access_logs.s3.prefix': '',
      'load_balancing.cross_zone.enabled': 'true',
    },
    settable: { [IDLE_TIMEOUT]: { min: 1, max: 4_000 } },
  };
}

function show(loadBalancer: LoadBalancer): object {
  const { settings, region } = loadBalancer;
  const zones = settings.subnets.map((SubnetId, index) => ({
    ZoneName: `${region}${'abcdef'[index % 6]}`,
    SubnetId,
  }));
  return {
    LoadBalancerArn: loadBalancer.arn,
    // An address is a name that every resolver knows.
    DNSName: loadBalancer.address.address,
    CreatedTime: loadBalancer.createdTime,
    LoadBalancerName: loadBalancer.name,
    Scheme: settings.scheme,
    State: { Code: 'active' },
    Type: 'application',
    AvailabilityZones: zones,
    SecurityGroups: settings.securityGroups,
    IpAddressType: 'ipv4',
  };
}
