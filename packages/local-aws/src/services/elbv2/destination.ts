import type { IncomingMessage } from 'node:http';
import type { Destination } from '../../dataplane/listener.js';
import { matchesAll } from '../../dataplane/rule.js';
import type { Listener, Rule, TargetGroup } from './records.js';
import type { Elbv2Store } from './store.js';

/** destinationOf returns where a listener sends a request: by the first rule, in priority order, that it meets. */
export function destinationOf(store: Elbv2Store, listener: Listener, request: IncomingMessage): Destination {
  const rule = listener.rules.find(({ conditions }) => matchesAll(conditions.meaning, request));
  if (!rule) return { kind: 'noTarget', targetGroupArn: undefined };
  const { meaning } = rule.inForce;
  if (meaning.type === 'forward') return forward(store, rule, request);
  const { statusCode, contentType, messageBody } = meaning;
  return { kind: 'fixedResponse', answer: { statusCode, contentType, body: messageBody } };
}

/** A group that has weight and no target fails its share of the requests: an ALB does not turn to its sibling. */
function forward(store: Elbv2Store, rule: Rule, request: IncomingMessage): Destination {
  const { targetGroupArn, cookies: groupCookies } = chooseGroup(store, rule, request);
  const group = targetGroupArn === undefined ? undefined : store.targetGroups.get(targetGroupArn);
  if (targetGroupArn === undefined || !group) return { kind: 'noTarget', targetGroupArn };
  const { connections, cookies } = chooseTarget(store, group, request);
  if (!connections) return { kind: 'noTarget', targetGroupArn };
  return { kind: 'target', targetGroupArn, connections, setCookies: [...groupCookies, ...cookies] };
}

/** A client stays with the group that it got as long as the rule names it, whatever the weights: 0 too. */
function chooseGroup(store: Elbv2Store, { inForce }: Rule, request: IncomingMessage) {
  const { meaning, choice } = inForce;
  if (meaning.type !== 'forward' || meaning.stickySeconds === undefined) {
    return { targetGroupArn: choice.next(), cookies: [] };
  }
  const before = store.groupCookie.read(request);
  const stays = meaning.targetGroups.some(({ targetGroupArn }) => targetGroupArn === before);
  const targetGroupArn = stays ? before : choice.next();
  if (targetGroupArn === undefined) return { targetGroupArn, cookies: [] };
  return { targetGroupArn, cookies: store.groupCookie.write(targetGroupArn, meaning.stickySeconds) };
}

/** A client stays with the target that it got as long as that can take requests. */
function chooseTarget(store: Elbv2Store, { arn, pool, stickiness }: TargetGroup, request: IncomingMessage) {
  if (!stickiness.enabled) return { connections: pool.pick(), cookies: [] };
  const [group, authority] = store.targetCookie.read(request)?.split(' ') ?? [];
  const connections = pool.pick(group === arn ? authority : undefined);
  if (!connections) return { connections, cookies: [] };
  return { connections, cookies: store.targetCookie.write(`${arn} ${connections.authority}`, stickiness.seconds) };
}
