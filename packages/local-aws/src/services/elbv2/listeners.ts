import { RequestFigures } from '../../dataplane/figures.js';
import { ProxyListener } from '../../dataplane/listener.js';
import { AwsError, type CallContext } from '../../service.js';
import { readActions } from './actions.js';
import { NO_CONDITIONS } from './conditions.js';
import { destinationOf } from './destination.js';
import { validationError } from './errors.js';
import type { Input } from './input.js';
import { readPage } from './page.js';
import type { Listener, LoadBalancer } from './records.js';
import { newRule, setAction } from './rules.js';
import type { Elbv2Store } from './store.js';
import { readTags } from './tags.js';

const PORT = { min: 1, max: 65_535 };

type Handler = (input: Input, context: CallContext) => object | Promise<object>;

/** listenerOperations are the operations on listeners and, with them, on their default rules. */
export function listenerOperations(store: Elbv2Store): Record<string, Handler> {
  return {
    CreateListener: (input) => create(store, input),
    DescribeListeners: (input) => describe(store, input),
    ModifyListener: (input) => modify(store, input),
    DeleteListener: async (input) => {
      const listener = store.listener(input.required('ListenerArn'));
      input.refuseOthers();
      store.loadBalancer(listener.loadBalancerArn).listeners.delete(listener.arn);
      await closeListener(store, listener);
      store.refreshAttachments();
      return {};
    },
  };
}

/** closeListener ends a listener's port and forgets its tags and those of its rules. */
export async function closeListener(store: Elbv2Store, listener: Listener): Promise<void> {
  for (const { arn } of [listener, ...listener.rules]) store.tags.delete(arn);
  await listener.proxy.close();
}

async function create(store: Elbv2Store, input: Input): Promise<object> {
  const loadBalancer = store.loadBalancer(input.required('LoadBalancerArn'));
  if (!readProtocol(input)) throw validationError("'Protocol' must be specified");
  const wantedPort = input.integer('Port', PORT);
  if (wantedPort === undefined) throw validationError("'Port' must be specified");
  const action = readActions(input.structures('DefaultActions'));
  const tags = readTags(input);
  input.refuseOthers();
  const requirePossible = (): void => {
    requireFreePort(store.loadBalancer(loadBalancer.arn), wantedPort);
    store.requireForwardable(action.meaning, loadBalancer.arn);
  };
  requirePossible();
  const arn = store.newArn(loadBalancer.region, loadBalancer.arn.replace(/^.*:loadbalancer\//, 'listener/'));
  const figures = new RequestFigures((request) => store.traffic.requestEnded(loadBalancer.arn, request));
  const proxy = await openProxy(store, { arn, loadBalancer, figures }, wantedPort);
  await stillOrClose(proxy, requirePossible);
  const rule = newRule(store, { listenerArn: arn, priority: 'default', conditions: NO_CONDITIONS, action });
  const listener = { arn, loadBalancerArn: loadBalancer.arn, wantedPort, proxy, figures, rules: [rule] };
  loadBalancer.listeners.set(arn, listener);
  store.tags.set(arn, tags);
  store.refreshAttachments();
  return { Listeners: [show(listener)] };
}

/** While a port is opened, other calls go on: what was possible before may not be so after. */
async function stillOrClose(proxy: ProxyListener, requirePossible: () => void): Promise<void> {
  try {
    requirePossible();
  } catch (error) {
    await proxy.close();
    throw error;
  }
}

type Opening = Pick<Listener, 'arn' | 'figures'> & {
  readonly loadBalancer: LoadBalancer;
};

function openProxy(store: Elbv2Store, { arn, loadBalancer, figures }: Opening, port: number): Promise<ProxyListener> {
  return ProxyListener.open({
    address: loadBalancer.address.address,
    port,
    figures,
    destination: (request) => {
      const listener = loadBalancer.listeners.get(arn);
      return listener ? destinationOf(store, listener, request) : { kind: 'noTarget', targetGroupArn: undefined };
    },
    idleTimeoutMs: () => loadBalancer.idleTimeoutSeconds * 1_000,
  });
}

function readProtocol(input: Input): 'HTTP' | undefined {
  const protocol = input.text('Protocol');
  if (protocol === undefined || protocol === 'HTTP') return protocol;
  throw new AwsError('UnsupportedProtocol', `local-aws does not support the listener protocol '${protocol}'.`);
}

function requireFreePort(loadBalancer: LoadBalancer, port: number): void {
  const taken = [...loadBalancer.listeners.values()].some(
    ({ wantedPort, proxy }) => wantedPort === port || proxy.port === port,
  );
  if (taken) throw new AwsError('DuplicateListener', `A listener already exists on this port: '${port}'`);
}

function describe(store: Elbv2Store, input: Input): object {
  const loadBalancerArn = input.text('LoadBalancerArn');
  const arns = input.texts('ListenerArns');
  readPage(input);
  input.refuseOthers();
  if ((loadBalancerArn === undefined) === (arns.length === 0)) {
    throw validationError('You must specify either listener ARNs or a load balancer ARN');
  }
  const listeners =
    loadBalancerArn === undefined
      ? arns.map((arn) => store.listener(arn))
      : [...store.loadBalancer(loadBalancerArn).listeners.values()];
  return { Listeners: listeners.map(show) };
}

async function modify(store: Elbv2Store, input: Input): Promise<object> {
  const listener = store.listener(input.required('ListenerArn'));
  readProtocol(input);
  const port = input.integer('Port', PORT);
  const action = input.has('DefaultActions') ? readActions(input.structures('DefaultActions')) : undefined;
  input.refuseOthers();
  if (action) store.requireForwardable(action.meaning, listener.loadBalancerArn);
  if (port !== undefined) await movePort(store, listener, port);
  const defaultRule = listener.rules.at(-1);
  if (action && defaultRule) setAction(store, defaultRule, action);
  return { Listeners: [show(listener)] };
}

async function movePort(store: Elbv2Store, listener: Listener, port: number): Promise<void> {
  if (port === listener.wantedPort || port === listener.proxy.port) return;
  const loadBalancer = store.loadBalancer(listener.loadBalancerArn);
  const { arn, figures, proxy: before } = listener;
  requireFreePort(loadBalancer, port);
  const proxy = await openProxy(store, { arn, loadBalancer, figures }, port);
  await stillOrClose(proxy, () => {
    store.listener(arn);
    requireFreePort(loadBalancer, port);
  });
  listener.proxy = proxy;
  listener.wantedPort = port;
  await before.close();
}

function show(listener: Listener): object {
  return {
    ListenerArn: listener.arn,
    LoadBalancerArn: listener.loadBalancerArn,
    Port: listener.proxy.port,
    Protocol: 'HTTP',
    DefaultActions: listener.rules.at(-1)?.action.shown ?? [],
  };
}
