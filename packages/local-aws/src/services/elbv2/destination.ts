import type { IncomingMessage } from 'node:http';
import type { Destination } from '../../dataplane/listener.js';
import { matchesAll } from '../../dataplane/rule.js';
import type { Listener, Rule } from './records.js';
import type { Elbv2Store } from './store.js';

/** destinationOf returns where a listener sends a request: by the first rule, in priority order, that it meets. */
export function destinationOf(store: Elbv2Store, listener: Listener, request: IncomingMessage): Destination {
  const rule = listener.rules.find(({ conditions }) => matchesAll(conditions.meaning, request));
  return rule ? apply(store, rule) : { kind: 'noTarget', targetGroupArn: undefined };
}

/** A group that has weight and no target fails its share of the requests: an ALB does not turn to its sibling. */
function apply(store: Elbv2Store, { action, choice }: Rule): Destination {
  if (action.meaning.type === 'fixed-response') {
    const { statusCode, contentType, messageBody } = action.meaning;
    return {
      kind: 'fixedResponse',
      answer: { statusCode, contentType, body: messageBody },
    };
  }
  const targetGroupArn = choice.next();
  const connections = targetGroupArn === undefined ? undefined : store.targetGroups.get(targetGroupArn)?.pool.pick();
  if (targetGroupArn === undefined || !connections) return { kind: 'noTarget', targetGroupArn };
  return { kind: 'target', targetGroupArn, connections };
}
